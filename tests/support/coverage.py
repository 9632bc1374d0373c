# SPDX-License-Identifier: GPL-3.0-or-later
"""What a row of the coverage table may ask of the program. Each check is a function of a Program and fails by an
AssertionError; it looks at what the program does, by backcarectl, and only for pure rules of the core at a test of them."""

import datetime
import json
import os
import pathlib
import re
import subprocess

from support import safety_rules as rules

ROOT = pathlib.Path(__file__).resolve().parents[2]
CTL = pathlib.Path(os.environ.get("BACKCARE_BUILD", ROOT / "build")).resolve() / "cli" / "backcarectl"
EVERYTHING = {"tools": ", ".join(rules.TOOLS), "partner": "yes", "place": "floor-space", "max-intensity": "3"}
CALM = {"breathing", "posture"}


class Program:
    """backcarectl in a home of its own, without a daemon; answers that need no more than a profile are kept."""

    def __init__(self, home):
        self.home = home
        self.kept = {}
        (home / "data/backcare").mkdir(parents=True)
        (home / "data/backcare/catalogue").symlink_to(ROOT / "conf/catalogue")

    def run(self, *arguments):
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(self.home), "XDG_DATA_HOME": str(self.home / "data"),
                       "XDG_CONFIG_HOME": str(self.home / "config"), "XDG_CONFIG_DIRS": str(self.home / "none"),
                       "LANG": "C.UTF-8", **{k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")}}
        return subprocess.run([CTL, *map(str, arguments)], capture_output=True, text=True, timeout=60, env=environment,
                              stdin=subprocess.DEVNULL)

    def file(self, name, text):
        path = self.home / name
        path.write_text(text)
        return path

    def config(self, **profile):
        keys = {key.replace("_", "-"): value for key, value in profile.items()}
        return self.file("own.conf", "[profile]\n" + "".join(f"{key} = {value}\n" for key, value in keys.items()))

    def list(self, *arguments, **profile):
        """{id: object} of `backcarectl list --json` for such a person."""
        key = (arguments, tuple(sorted(profile.items())))
        if key not in self.kept:
            ran = self.run("list", "--json", "--config", self.config(**profile), *arguments)
            assert ran.returncode == 0, ran.stderr
            self.kept[key] = {element["id"]: element for element in json.loads(ran.stdout)}
        return self.kept[key]

    def all(self, **profile):
        """All exercises, as they are judged for somebody who has everything, and this besides."""
        return self.list("--all", **{key.replace("-", "_"): value for key, value in EVERYTHING.items()} | profile)

    def suitable(self, **profile):
        return {name for name, exercise in self.all(**profile).items() if exercise["suitable"]}

    def tips(self, **profile):
        return self.list("--kind", "tip", **profile)

    def texts(self):
        """Every text for people, in every language: (where, text)."""
        if "texts" not in self.kept:
            found = []
            for path in sorted((ROOT / "conf/catalogue").glob("*.ini")):
                section = ""
                for line in path.read_text(encoding="utf-8").splitlines():
                    section = line if line.startswith("[") else section
                    key, equals, value = line.partition(" = ")
                    if equals and re.match(r"(title|text|step-|breath|caution)", key):
                        found.append((f"{section} {key}", value))
            for path in (ROOT / "po").glob("*.po"):
                for entry in path.read_text(encoding="utf-8").split("\n\n")[1:]:
                    found.append((path.name, "".join(re.findall(r'^(?:msg\w+(?:\[\d\])? )?"(.*)"$', entry, re.M))))
            self.kept["texts"] = found
        return self.kept["texts"]


# --- exercises and tips

def ex(name, steps=(), **wanted):
    """An exercise is there and is not switched off; what is wanted of its lists is in them, of its numbers within."""
    def check(p):
        assert name in p.all(), f"no exercise {name}"
        found = p.all()[name]
        assert found["default"] is wanted.get("default", True)
        text = " ".join(found["steps"])
        for pattern in [steps] if isinstance(steps, str) else steps:
            assert re.search(pattern, text, re.I), f"{name}: no {pattern!r} in {text}"
        for key, value in wanted.items():
            got = found[key]
            if key in ("breath", "caution"):
                assert re.search(value, got, re.I), f"{name}: {key} is {got!r}"
            elif isinstance(value, range):
                assert got in value, f"{name}: {key} is {got}"
            elif isinstance(got, list):
                assert value in ", ".join(got), f"{name}: {key} is {got}"
            else:
                assert got == value, f"{name}: {key} is {got!r}"
    return check


def every(kind, what, condition, least=1):
    """Of a kind (None: of all) each exercise is so."""
    def check(p):
        found = [e for e in p.all().values() if kind in (None, e["kind"])]
        assert len(found) >= least
        for exercise in found:
            assert condition(exercise), f"{exercise['id']}: not {what}"
    return check


def some(count, condition):
    def check(p):
        found = [name for name, e in p.all().items() if condition(e)]
        assert len(found) >= count, found
    return check


def tip(name, *patterns, **profile):
    """A tip that says so, for this person; for nobody else if a profile is given."""
    def check(p):
        tips = p.tips(**profile)
        assert name in tips, f"no tip {name}"
        for pattern in patterns:
            assert re.search(pattern, tips[name]["text"], re.I), f"{name}: no {pattern!r} in {tips[name]['text']}"
        assert not profile or name not in p.tips()
    return check


def no_tip(name, *conditions):
    def check(p):
        assert name in p.tips()
        for condition in conditions:
            assert name not in p.tips(conditions=condition), f"{name} with {condition}"
    return check


def card(pattern, *names, **profile):
    """What `backcarectl show` says beside the exercise; without names, of every one."""
    def check(p):
        config = p.config(**profile)
        for name in names or p.all():
            text = p.run("show", name, "--config", config).stdout
            assert re.search(pattern, text), f"{name}: no {pattern!r} in {text}"
    return check


# --- who may do what

def bars(condition, *names, stays=()):
    """With a condition these are left out, which are there without; those stay."""
    def check(p):
        now = p.suitable(conditions=condition)
        assert set(names) | set(stays) <= p.suitable()
        assert not now & set(names), f"{condition}: {now & set(names)}"
        assert set(stays) <= now, f"{condition}: {set(stays) - now} is gone"
    return check


def consult(condition):
    """No massage, and advice beside all that is left."""
    def check(p):
        found = p.all(conditions=condition)
        left = [e for e in found.values() if e["suitable"]]
        assert left and not any(e["kind"] == "massage" for e in left)
        assert {e["advice"] for e in found.values()} == {"consult-first"}
        assert {e["advice"] for e in p.all().values()} == {None}
    return check


def only_calm(condition):
    def check(p):
        found = p.all(conditions=condition)
        assert {found[name]["kind"] for name in p.suitable(conditions=condition)} == CALM
    return check


def hold(condition, tier, message):
    """Nothing is suggested, no tip either, and the advice stands alone."""
    def check(p):
        found = p.all(conditions=condition)
        assert not any(e["suitable"] for e in found.values()) and {e["advice"] for e in found.values()} == {tier}
        assert p.tips(conditions=condition) == {}
        ran = p.run("list", "--config", p.config(conditions=condition))
        assert re.search(message, ran.stdout) and len(ran.stdout.splitlines()) == 1, ran.stdout
    return check


def local(tag, barred, spared):
    """Near the shoulders: these kinds are left out there, and no kind far from there."""
    def check(p):
        found = p.all(conditions=tag + "@shoulders")
        near = {"shoulders", "neck", "upper-back", "whole-body"}
        for e in found.values():
            at = set(e["regions"]) & near
            if e["kind"] in barred and at:
                assert not e["suitable"], e["id"]
            if e["kind"] in spared and "partner" not in e["tools"]:
                assert e["suitable"], e["id"]
        assert any(e["kind"] in barred and e["suitable"] for e in found.values())
        assert not any(e["kind"] in barred and e["suitable"] for e in p.all(conditions=tag).values())
    return check


def trimesters(**states):
    """What is suitable is so in those trimesters, by tag and by due date."""
    due = {"t1": 250, "t2": 130, "t3": 40}

    def check(p):
        for trimester, names in states.items():
            date = datetime.date.today() + datetime.timedelta(days=due[trimester])
            for profile in ({"conditions": "pregnancy-" + trimester}, {"pregnancy_due": str(date)}):
                for name in names.split():
                    assert (name.strip("-") in p.suitable(**profile)) is (not name.startswith("-")), (name, profile)
    return check


def pregnant(what, condition):
    """Whatever is suitable in a trimester is so."""
    def check(p):
        for trimester in ("t1", "t2", "t3"):
            found = p.all(conditions="pregnancy-" + trimester)
            left = [e for e in found.values() if e["suitable"]]
            assert len(left) > 20
            for e in left:
                assert condition(e, trimester), f"{e['id']} in {trimester}: not {what}"
    return check


def needs(key, without, value, condition):
    """A setting of the profile opens what it is about, and without it that is closed."""
    def check(p):
        about = {name for name, e in p.all().items() if condition(e)}
        assert about & p.suitable() and not about & p.suitable(**{key: without})
        assert p.suitable(**{key: value}) & about
    return check


def tool(name):
    def check(p):
        about = {n for n, e in p.all().items() if name in e["tools"]}
        own = {n for n in about if not set(p.all()[n]["tools"]) - {name, "wall", "chair", "hands"}}
        assert about and own and not about & p.suitable(tools="") and own <= p.suitable(tools=name)
        assert all("needs a tool that is not at hand" in p.all(tools="")[n]["why"] for n in about)
    return check


# --- what a catalogue may not have

GOOD = {"title": "Mine", "kind": "massage", "regions": "shoulders", "tools": "hands", "position": "seated",
        "place": "desk", "duration": "60s", "intensity": "1", "step-1": "Do it.", "step-2": "Stop.",
        "caution": "Gently.", "hazards": "none", "pregnancy-t1": "no", "pregnancy-t2": "no", "pregnancy-t3": "no"}


def refused(message, **keys):
    """An exercise like this is not taken; the same without is."""
    changes = {key.replace("_", "-"): value for key, value in keys.items()}

    def text(section):
        return "[mine]\n" + "".join(f"{k} = {v}\n" for k, v in section.items() if v is not None)

    def check(p):
        ran = p.run("catalogue", "check", p.file("good.ini", text(GOOD)))
        assert ran.returncode == 0, ran.stderr
        ran = p.run("catalogue", "check", p.file("bad.ini", text({**GOOD, **changes})))
        assert ran.returncode == 1 and re.search(message, ran.stderr), ran.stderr
    return check


def nowhere(pattern, unless=None):
    """No text for people says it, in no language."""
    def check(p):
        assert len(p.texts()) > 500
        for where, text in p.texts():
            if re.search(pattern, text, re.I) and not (unless and re.search(unless, text, re.I)):
                raise AssertionError(f"{where}: {text}")
    return check


# --- settings, behaviour, tests

def default(section, key, value):
    def check(p):
        ran = p.run("config", "show", "--json")
        assert json.loads(ran.stdout)[section][key] == value
    return check


def setting(section, key, *good, bad="elephants"):
    """It is there, takes these values and no others, and this version uses it."""
    def check(p):
        for value in good:
            ran = p.run("config", "check", p.file("check.conf", f"[{section}]\n{key} = {value}\n"))
            assert ran.returncode == 0, ran.stderr
        ran = p.run("config", "check", p.file("check.conf", f"[{section}]\n{key} = {bad}\n"))
        assert ran.returncode != 0 and f"[{section}].{key}" in ran.stderr
        shipped = (ROOT / "conf/backcare.conf").read_text()
        line = re.search(rf"^#{key} =", shipped, re.M)
        assert line, f"{key} is not in the shipped file"
        about = shipped[:line.start()].rsplit("\n\n", 1)[1]
        assert "Not used by this version" not in about, f"{key} does nothing yet"
    return check


def simulated(settings, trace, *expected):
    """A replay says these, in this order: "1800 prompt stretch"."""
    def check(p):
        config, path = p.file("sim.conf", settings), p.file("sim.trace", trace)
        ran = p.run("simulate", "--json", "--config", config, path)
        assert ran.returncode == 0, ran.stderr
        said = [f"{e['t']} {e['event']} {e.get('break', '')}" for e in map(json.loads, ran.stdout.splitlines())]
        left = iter(said)
        for line in expected:
            assert line in left, f"no {line!r} in {said}"
    return check


def unit(room, function, mentions=""):
    """A test of the core that exists and is run."""
    def check(_p):
        file = ROOT / f"tests/unit/test-{room}.c"
        assert file.exists(), f"no {file.name}"
        text = file.read_text()
        body = re.search(rf"^static void {function}\(void \*\*state\)\n{{\n(.*?)^}}", text, re.S | re.M)
        assert body, f"no {function} in test-{room}.c"
        assert re.search(rf"\b{function}\b", text[text.index("int main"):]), f"{function} is not run"
        assert re.search(rf"'{room}'", (ROOT / "tests/unit/meson.build").read_text())
        assert mentions in body[1]
    return check


def tested(path, function):
    """A black-box test that exists and is run by meson."""
    def check(_p):
        file = ROOT / "tests" / path
        assert file.exists(), f"no {path}"
        assert re.search(rf"^def {function}\(", file.read_text(), re.M), f"no {function} in {path}"
        name = file.stem.removeprefix("test_").removeprefix("daemon_")
        assert re.search(rf"\b{name}\b", file.with_name("meson.build").read_text())
    return check


# --- routines

def routine(name, *, begins=None, order=(), intensity=3, minutes=range(1, 21), **profile):
    """A routine is there for somebody who has everything: its exercises, their order, how demanding they are."""
    def check(p):
        person = {key.replace("-", "_"): value for key, value in EVERYTHING.items()} | profile
        found = p.list("--kind", "routine", "--all", **person)
        assert name in found, f"no routine {name}"
        parts = [p.all()[part["id"]] for part in found[name]["exercises"]]
        kinds = [part["kind"] for part in parts]
        assert len(parts) >= 2 and found[name]["suitable"] and found[name]["seconds"] // 60 in minutes
        assert begins in (None, kinds[0]), kinds
        known = [order.index(kind) for kind in kinds if kind in order]
        assert known == sorted(known), kinds
        assert max(part["intensity"] for part in parts) <= intensity
    return check


def on_request(name):
    """It is no exercise, so that nothing chooses it."""
    def check(p):
        assert name not in p.all()
    return check
