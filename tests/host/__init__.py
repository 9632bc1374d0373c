# SPDX-License-Identifier: GPL-3.0-or-later
"""A booted systemd to test in."""
