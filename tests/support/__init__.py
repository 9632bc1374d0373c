# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests share. Knows nothing of what is tested."""
