# SPDX-License-Identifier: GPL-3.0-or-later
"""Which room may know which: includes flow one way, the core is pure, each library has one user."""

import re
import subprocess

import pytest

# A room may include its own headers, those of the rooms named here, and nothing else of ours. `dbus` is the
# header of names; it knows nobody.
ROOMS = {
    "dbus": set(),
    "daemon/util": set(),
    "daemon/core": {"util"},
    "daemon/config": {"util", "core"},
    "daemon/catalogue": {"util", "core", "config"},
    "daemon/source": {"util", "core", "dbus"},
    "daemon/context": {"util", "core", "dbus"},
    "daemon/notify": {"util", "core", "dbus"},
    "daemon/store": {"util", "core", "dbus"},
    "daemon/bus": {"util", "core", "dbus", "config", "catalogue", "notify", "source", "store"},
    # A program of its own: of ours it knows only how the lines on its pipes look.
    "daemon/notifier": {"util", "notify"},
    # runtime and main: they wire the rooms together.
    "daemon": {"util", "core", "config", "catalogue", "source", "context", "notify", "store", "bus", "dbus"},
    # No room of the daemon that talks to a desktop or a disk.
    "cli": {"util", "core", "config", "catalogue", "dbus"},
}

# A third-party type lives in exactly one file: who includes what matches lies in just one .c file, and in no header.
ONE_USER = {
    "iniparser": r"^(iniparser/)?iniparser\.h$",
    "libnotify": r"^libnotify/",
    "sqlite3": r"^sqlite3\.h$",
    "xcb": r"^xcb/",
    "wayland-client": r"^wayland-client",
}
# What only the notifier may know: nothing of it is to sit in the daemon's memory.
NOTIFIER_ONLY = r"^(libnotify|glib|gio|gdk-pixbuf)"

# What the core may ask of libc: pure functions, and memory for what is built outside of a step. No clock, no file, no
# environment, no randomness.
CORE_MAY_CALL = re.compile(
    r"^(mem(cpy|move|set|cmp|chr)|str(n?cmp|n?len|n?cpy|chr|rchr|stpncpy|spn|cspn|n?casecmp|str|sep|tol|toul|toll|toull"
    r"|dup|ndup)|stpn?cpy|__isoc(99|23)_(sscanf|strto(u?ll?|[iu]max))|strto[iu]max|(v?sn|vas|as)printf|sscanf|qsort|bsearch"
    r"|u?div|l?l?abs|malloc|calloc|free|realloc(array)?|open_memstream|fprintf|fputs|fputc|fwrite|fflush|fclose"
    r"|__(mem|str|stp|v?sn?|f|v?as)\w*_chk|__(u?div|u?mod|mul)ti[34]"
    r"|__errno_location|__stack_chk_fail|__assert_fail|__ctype_b_loc|_GLOBAL_OFFSET_TABLE_|__(asan|ubsan|tsan|lsan)_\w+)$")
# Of those, what builds text in memory is no I/O. A file by name, a clock or the world would be.
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]', re.MULTILINE)


def sources(source_dir):
    """Every C file of the programs, with the room it lies in."""
    for top in ("daemon", "cli", "dbus"):
        for path in sorted((source_dir / top).rglob("*.[ch]")):
            relative = path.relative_to(source_dir)
            room = "/".join(relative.parts[:-1][:2])
            yield relative, room, INCLUDE.findall(path.read_text())


def room_of_include(source_dir, includer, target):
    """The room in which an include of ours lies; None for what is not ours."""
    for base in (source_dir / "daemon", source_dir, source_dir / includer.parent):
        found = base / target
        if found.exists():
            parts = found.resolve().relative_to(source_dir).parts[:-1]
            return "/".join(parts[:2])
    return None


def test_every_room_is_known(source_dir):
    unknown = {room for _, room, _ in sources(source_dir)} - set(ROOMS)
    assert not unknown, f"say in ROOMS what these may include: {unknown}"


def test_includes_flow_one_way(source_dir):
    wrong = []
    for path, room, includes in sources(source_dir):
        for _, target in includes:
            other = room_of_include(source_dir, path, target)
            if other is None or other == room:
                continue
            if other.removeprefix("daemon/") not in ROOMS[room]:
                wrong.append(f"{path} includes {target}")
    assert not wrong, "\n".join(wrong)


def test_quotes_are_for_ours(source_dir):
    """A quoted include that doesn't resolve would be one that this test can't judge."""
    generated = re.compile(r"^(config\.h|.*-(client-)?protocol\.h|.*\.gen\.h|.*-table\.h)$")
    lost = [f"{path}: {target}" for path, _, includes in sources(source_dir) for quote, target in includes
            if quote == '"' and not room_of_include(source_dir, path, target) and not generated.match(target)]
    assert not lost, "\n".join(lost)


@pytest.mark.parametrize("library", ONE_USER)
def test_one_user_of_a_library(source_dir, library):
    users = sorted({str(path) for path, _, includes in sources(source_dir)
                    for _, target in includes if re.match(ONE_USER[library], target)})
    assert len(users) <= 1, f"{library} is known in {users}"
    assert not any(user.endswith(".h") for user in users), f"{users[0]} gives {library} to whoever includes it"


def test_glib_stays_out_of_the_daemon(source_dir):
    strays = [str(path) for path, room, includes in sources(source_dir) if room != "daemon/notifier"
              for _, target in includes if re.match(NOTIFIER_ONLY, target)]
    assert not strays, strays


def symbols(archive, *options):
    listing = subprocess.run(["nm", "--format=posix", *options, str(archive)], check=True, capture_output=True, text=True)
    return {line.split()[0].split("@")[0] for line in listing.stdout.splitlines() if len(line.split()) > 1}


def test_the_core_is_pure(build_dir):
    """No clock, no I/O, no randomness: the library has nothing to do it with."""
    core = build_dir / "daemon/core/libcore.a"
    needs = symbols(core, "--undefined-only") - symbols(core, "--defined-only")
    needs -= symbols(build_dir / "daemon/util/libutil.a", "--defined-only") - {"now_usec", "local_utc_offset_usec", "local_day"}
    assert needs, "nm shows nothing: the check would pass for any library"
    wrong = sorted(name for name in needs if not CORE_MAY_CALL.match(name))
    assert not wrong, f"the core asks for {wrong}"
