# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration of a test's own dbus-daemon: everything is allowed, and nothing of the machine is read."""


def bus_config(listen, services=None):
    """The XML for a bus that listens at the address @listen and starts the services of the folder @services."""
    servicedir = f"<servicedir>{services}</servicedir>" if services else ""
    return f"""<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>{listen}</listen>
  <auth>EXTERNAL</auth>
  {servicedir}
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""
