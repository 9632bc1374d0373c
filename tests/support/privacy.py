# SPDX-License-Identifier: GPL-3.0-or-later
"""What others could learn of a person's conditions: all that leaves the daemon, and the words that would tell."""

import json
import pathlib
import re
import stat

from bus_harness import BusError

from support import safety_rules as rules

# An exercise that nobody is shown who has not asked for it by name; in lists of exercises, to whom asks for them, it is
# there for everybody. The catalogue on the bus says of each how it goes with a pregnancy.
LISTED = ("gentle-prenatal-flow", "Gentle prenatal flow", "Sanfte Übungsfolge für Schwangere", "'pregnancy': {", "nerve-stretch")


def without(text, words):
    for word in words:
        text = text.replace(word, "")
    return text


DISCLAIMER = re.compile(r"BackCare offers general\s+movement.*?feels\s+wrong\.|BackCare gibt\s+Erwachsenen.*?anfühlt\.", re.S)
# With every exercise, whoever does it.
STOP_LINE = re.compile(r"bei Schwindel,\s+Taubheit\s+oder\s+Unwohlsein", re.S)
ROOTS = {
    "en": """osteopor cancer pregnan trimester prenatal antenatal natal postpartum fractur surgery disc disk thrombo wound bruise infection inflam
        rash fever numbness weakness bladder bowel saddle trauma pacemaker implant sciatic nerve midwife maternity stenosis
        diagnos glaucoma bleeding thinner girdle high-risk breathless symptom condition""",
    "de": """schwanger hebamme geburt entbind wochenbett trimenon krebs knochenbruch bruch bandscheibe wunde prellung bluterguss
        entzünd ausschlag fieber taub schwäche blase darm herzschritt ischias nerv thrombose erkrank diagnos operation""",
}
NOT_THESE = re.compile(r"disclaimer|discover|disconn|discard|discr|nervous|umbruch|abbruch", re.I)


def found(text, extra=()):
    """The words of a text that tell: every tag as it is written, and the beginnings of words."""
    text = NOT_THESE.sub("", STOP_LINE.sub("", DISCLAIMER.sub("", text)))
    told = [tag for tag in rules.TAGS if re.search(rf"(?<![\w-]){tag}(?![\w-])", text, re.I)]
    told += [root for roots in ROOTS.values() for root in roots.split() if re.search(rf"(?<![^\W_]){root}", text, re.I)]
    return told + [word for word in extra if word and word in text]


class Witness:
    """Looks at all that others can see of a desk's daemon, and remembers it by its place."""

    def __init__(self, desk):
        self.desk = desk
        self.seen = {}

    def note(self, place, text):
        self.seen.setdefault(place, []).append(text)

    def say(self, *arguments):
        """A command whose words are its user's, and what it prints is looked at too."""
        ran = self.desk.ctl(*arguments, check=False)
        self.note("backcarectl " + arguments[0], ran.stdout + ran.stderr)
        return ran

    def refused(self, method, signature, *arguments):
        try:
            self.desk.client.call(method, signature, *arguments)
        except BusError as error:
            self.note("errors", f"{error.name} {error.message}")
            return error.name.rpartition(".")[2]
        return ""

    def look(self):
        """At what can be asked for at any time."""
        desk = self.desk
        for arguments in (("status",), ("status", "--json"), ("status", "--format=waybar"), ("why",), ("why", "--json")):
            self.say(*arguments)
        self.note("properties", json.dumps(desk.client.get_all(), default=repr))
        self.note("ledger", repr(desk.client.call("Explain")))
        self.note("sources", repr(desk.client.call("ListSources")))
        for pid in (desk.daemon.pid, *desk.children()):
            try:
                self.note("command lines", pathlib.Path(f"/proc/{pid}/cmdline").read_text())
            except OSError:
                pass  # it has ended meanwhile
        if desk.state_file.is_file():
            self.note("state", desk.state_file.read_text())

    def doctor(self):
        """As a user may show it around; the paths in it are not the daemon's."""
        for arguments in (("doctor",), ("doctor", "--json")):
            self.say(*arguments)

    def introspect(self):
        for path in ("/", "/org", "/org/backcare", "/org/backcare/BackCare1", "/org/freedesktop/LogControl1"):
            try:
                result, _ = self.desk.client.call_raw("org.freedesktop.DBus.Introspectable", "Introspect", path=path)
                self.note("introspection", str(result))
            except BusError as error:
                self.note("errors", error.message)

    def finish(self, extra=()):
        """Everything until now, with the log, the screen and the bus: nothing tells."""
        desk = self.desk
        self.note("journal", desk.log())
        history = desk.session.run(["dunstctl", "history"], check=False)
        self.note("notifications", history.stdout)
        for message in desk.bus.since(0):
            text = repr(message.args)
            if message.type == "method_return" and "'hazards': " in text and "'suitable': " in text:
                text = without(text, LISTED)
            self.note(f"bus {message.type} {message.member}", text)
        assert len(self.seen) > 8, "there was hardly anything to look at"
        leaks = {(place, word) for place, texts in self.seen.items() for word in found("\n".join(texts), extra)}
        assert not leaks, "\n".join(f"{place}: {word}: {self.around(place, word)}" for place, word in sorted(leaks))

    def around(self, place, word):
        text = "\n".join(self.seen[place])
        at = text.lower().find(word.lower())
        return text[max(0, at - 80):at + 80]


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)
