# SPDX-License-Identifier: GPL-3.0-or-later
"""The real gnome-session in a session of a test, with nothing in it: for its inhibitors."""

import os

from support.waiting import wait_for

BINARY = next((path for path in ("/usr/libexec/gnome-session-binary", "/usr/lib/gnome-session-binary")
               if os.path.exists(path)), "gnome-session-binary")
NAME = "org.gnome.SessionManager"


def start(session):
    """Needs an X server and a system bus, which may be empty."""
    folder = session.directory / "config" / "gnome-session" / "sessions"
    folder.mkdir(parents=True)
    (folder / "empty.session").write_text("[GNOME Session]\nName=empty\nRequiredComponents=\n")
    started = session.start([BINARY, "--builtin", "--session=empty", "--disable-acceleration-check"], "gnome-session",
                            session.environment(XDG_CURRENT_DESKTOP="GNOME", GSETTINGS_BACKEND="memory"))
    wait_for(lambda: session.has_owner(NAME), "gnome-session")
    return started


def inhibit(session, what="idle", app="org.example.Film", reason="a film"):
    """Inhibits until the process that is returned ends."""
    return session.start(["gnome-session-inhibit", "--inhibit", what, "--app-id", app, "--reason", reason, "--inhibit-only"],
                         "gnome-session-inhibit")


def inhibitors(session):
    """The object paths of all that is inhibited."""
    ran = session.run(["busctl", "--user", "call", NAME, "/org/gnome/SessionManager", NAME, "GetInhibitors"])
    return ran.stdout.split()[2:]
