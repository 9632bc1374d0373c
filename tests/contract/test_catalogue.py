# SPDX-License-Identifier: GPL-3.0-or-later
"""The exercises we ship, read without the program: what their texts promise and what they must not say."""
import configparser
import pathlib
import re

import pytest

from support import safety_rules as rules

DIRECTORY = pathlib.Path(__file__).resolve().parents[2] / "conf" / "catalogue"
FILES = sorted(DIRECTORY.glob("*.ini"))
README = (DIRECTORY / "README").read_text(encoding="utf-8")

# Words that promise too much, give orders or scold.
UNWANTED = re.compile(
    r"\b(treats?|cures?|prevents?|fix(es)?|heals?|flush(es)?|toxins?|lactic|must|should|bad posture|slouch\w*|no pain)\b",
    re.IGNORECASE,
)
TEXTS = re.compile(r"^(title|breath|caution|step-[1-6](-t[123])?)$")
TRANSLATED = re.compile(r"^(title|text|muscles|breath|caution|step-[1-6](-t[123])?)$")
# The German for what promises too much or gives orders.
UNWANTED_GERMAN = re.compile(r"\b(heilt|heilen|behandelt|verhindert|beseitigt|musst|müssen|solltest|sollst|Gift\w*|Schlacken)\b")
# The same word in both languages.
SAME_IN_GERMAN = set()


def read(path):
    parser = configparser.ConfigParser(
        interpolation=None, delimiters=("=",), comment_prefixes=("#", ";"), strict=True, empty_lines_in_values=False
    )
    parser.read_string(path.read_text(encoding="utf-8"))
    return parser


def unquote(value):
    return value[1:-1] if value.startswith('"') else value


EVERYTHING = {
    name: {key: unquote(value) for key, value in parser[name].items()}
    for parser in map(read, FILES)
    for name in parser.sections()
}
SECTIONS = {name: {key: value for key, value in section.items() if "[" not in key} for name, section in EVERYTHING.items()}
GERMAN = {name: {key[:-4]: value for key, value in section.items() if key.endswith("[de]")}
          for name, section in EVERYTHING.items()}
EXERCISES = {name: section for name, section in SECTIONS.items() if section["kind"] not in ("tip", "routine")}
ROUTINES = {name: section for name, section in SECTIONS.items() if section["kind"] == "routine"}
TIPS = {name: section for name, section in SECTIONS.items() if section["kind"] == "tip"}


def items(value):
    return [item.strip() for item in value.split(",")]


def test_they_are_all_there():
    count = {kind: sum(exercise["kind"] == kind for exercise in EXERCISES.values()) for kind in rules.KINDS}
    assert count == {"massage": 22, "mobility": 13, "stretch": 11, "strength": 10, "breathing": 2, "posture": 2}
    assert sum(len(read(path).sections()) for path in FILES) == len(SECTIONS), "an id is there twice"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_one_file_a_kind(path):
    parser = read(path)
    assert {parser[name]["kind"] for name in parser.sections()} == {path.stem.rstrip("s") if path.stem in ("tips", "routines") else path.stem}
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# SPDX-License-Identifier: GPL-3.0-or-later\n") and text.endswith("\n")
    assert max(len(line.encode()) for line in text.splitlines()) <= 1022


def test_all_are_installed():
    listed = re.findall(r"'([a-z]+\.ini)'", (DIRECTORY / "meson.build").read_text(encoding="utf-8"))
    assert sorted(listed) == [path.name for path in FILES]


@pytest.mark.parametrize("name", EXERCISES)
def test_it_keeps_to_the_invariants(name):
    """What no exercise may be, whoever it is for; read here without the program's help."""
    exercise = EXERCISES[name]
    regions, tools, hazards = (set(items(exercise[key])) for key in ("regions", "tools", "hazards"))
    massage = exercise["kind"] == "massage"
    assert exercise["position"] in rules.POSITIONS  # none of them face down
    assert not (exercise["place"] == "floor-space" and tools & {"foam-roller", "massage-ball"} and "lower-back" in regions)
    if massage and "lower-back" in regions:
        assert exercise["intensity"] == "1" and "lumbar-pressure" in hazards
    if "handheld-massager" in tools:
        assert not regions & {"neck", "lower-back"}
    if massage and "neck" in regions:
        assert tools == {"hands"}
    assert ("supine" in hazards) == (exercise["position"] == "floor-supine")
    states = [["no", "adapt", "yes"].index(exercise[f"pregnancy-t{t}"]) for t in (1, 2, 3)]
    assert massage or states == sorted(states, reverse=True)


@pytest.mark.parametrize("name", EXERCISES)
def test_it_suits_a_pregnancy_where_it_says_so(name):
    exercise = EXERCISES[name]
    massage = exercise["kind"] == "massage"
    for t in (1, 2, 3):
        state = exercise[f"pregnancy-t{t}"]
        if state == "adapt":
            assert rules.adapted_steps(exercise, f"t{t}")
        if state != "no":
            assert rules.pregnancy_allows(exercise, f"t{t}"), "it says one thing and the rules another"
    if massage:
        assert exercise["pregnancy-t1"] == "no" and "yes" not in (exercise["pregnancy-t2"], exercise["pregnancy-t3"])


def test_two_are_switched_off():
    """The only one for which neither an authority nor a common practice was found; and what is for those alone who ask
    for it."""
    ours = {name for name, exercise in EXERCISES.items() if "OURS" in items(exercise["sources"])}
    assert ours == {"wall-roller-low-back-side"}
    assert {name for name, exercise in EXERCISES.items() if exercise.get("default") == "off"} \
        == ours | {"gentle-prenatal-flow"}


@pytest.mark.parametrize("name", EXERCISES)
def test_its_texts(name):
    exercise = EXERCISES[name]
    assert 0 < len(exercise["title"]) <= 40
    for key, text in exercise.items():
        if not TEXTS.match(key):
            continue
        assert not UNWANTED.search(text), f"{key}: {text}"
        if key == "title":
            assert text[0].isupper() and text[-1].isalnum()
            continue
        assert len(text) <= 120, f"{key} is too long for a notification"
        assert text[0].isupper() and text.endswith("."), f"{key}: {text}"
    for key in ("breath", "caution", "muscles", "sources"):
        assert exercise[key]


@pytest.mark.parametrize("name", EXERCISES)
def test_holds_and_repeats_fit(name):
    """What is to be done must fit the time that is given for it."""
    exercise = EXERCISES[name]
    seconds = int(re.fullmatch(r"(\d+)s", exercise["duration"]).group(1))
    hold = int(re.fullmatch(r"(\d+)s", exercise.get("hold", "0s")).group(1))
    sides = 2 if exercise["sides"] == "both" and exercise["kind"] == "stretch" else 1
    assert hold * int(exercise.get("reps", "1")) * sides <= seconds
    if exercise["kind"] == "massage":
        assert hold <= 30 and seconds <= 240
    if exercise["kind"] == "stretch":
        assert 10 <= hold <= 30 and int(exercise["reps"]) >= 2


# How texts say what the keys say, too, in both languages.
NUMBERS = {word: n for words in ("one two three four five six seven eight nine ten", "ein zwei drei vier fünf sechs sieben acht neun zehn",
                                 "once twice", "einmal zweimal dreimal viermal fünfmal sechsmal") for n, word in enumerate(words.split(), 1)}
POSTURES = {
    "seated": r"^sit\b|\bsits\b|^(setz dich|sitz)\b|\bsitzt\b",
    "standing": r"^stand\b|^(stell dich|steh)\b",
    "kneeling": r"^kneel\b|hands and knees|^knie dich\b|vierfüßlerstand",
    "floor-supine": r"^lie on your back\b|^leg dich\b.*auf den rücken",
    "floor-side": r"^lie on (your|one) side\b|^leg dich auf (die|eine) seite",
}


def number(text):
    return int(text) if text.isdigit() else NUMBERS.get(text)


def contradictions(steps, exercise, hold, reps, position):
    """Where steps and the keys that are shown with them differ."""
    text = " ".join(steps).lower()
    for word in re.findall(r"(\w+) (?:seconds|sekunden)\b|(?:count to|zähl bis) (\w+)", text):
        if number("".join(word)) != hold:
            yield f"{''.join(word)} seconds, and a hold of {hold}"
    counts = re.findall(r"(\w+) (?:repeats|repetitions|times|wiederholungen)\b|\b(once|twice|\w+mal)\b", text) if reps else []
    for word in map("".join, counts):
        if word in ("einmal", "once"):
            continue
        if number(word) not in (reps, reps / 2 if exercise["sides"] == "both" else reps):
            yield f"{word} repeats, and {reps} of them"
    said = [posture for step in steps for posture, pattern in POSTURES.items() if re.search(pattern, step.lower())]
    if said and said[0] != position:
        yield f"{said[0]}, and the position is {position}"


@pytest.mark.parametrize("name", [name for name, exercise in EXERCISES.items() if "adapt" in exercise.values()])
@pytest.mark.parametrize("texts", [SECTIONS, GERMAN], ids=["en", "de"])
def test_what_goes_with_adapted_steps(name, texts):
    """A person who is shown these steps is shown a hold, repeats, a position and its picture, too: they agree, and are no
    more than without."""
    exercise = EXERCISES[name]
    for t in ("t1", "t2", "t3"):
        if exercise[f"pregnancy-{t}"] != "adapt":
            continue
        suffix = rules.adapted_steps(exercise, t)
        steps = [text for key, text in texts[name].items() if re.fullmatch(rf"step-[1-6]-{suffix}", key)]
        hold, reps, position = (rules.adapted(exercise, key, t) for key in ("hold", "reps", "position"))
        hold, reps = seconds_of(hold or "0s"), int(reps or 0)
        assert not list(contradictions(steps, exercise, hold, reps, position)), (t, steps)
        assert hold <= seconds_of(exercise.get("hold", "0s")) and reps <= int(exercise.get("reps", 0))


def test_a_contradiction_is_found():
    exercise = {"sides": "both"}
    assert list(contradictions(["Stay for about ten seconds."], exercise, 20, 2, "kneeling"))
    assert not list(contradictions(["Stay for about ten seconds."], exercise, 10, 2, "kneeling"))
    assert list(contradictions(["After a few repeats, change sides."], exercise, 2, 10, "floor-side"))
    assert list(contradictions(["Wechsle nach fünf Wiederholungen die Seite."], exercise, 2, 8, "floor-side"))
    assert not list(contradictions(["Wechsle nach fünf Wiederholungen die Seite."], exercise, 2, 5, "floor-side"))
    assert list(contradictions(["Sit upright.", "Lift off."], exercise, 0, 8, "standing"))
    assert list(contradictions(["Setz dich aufrecht hin."], exercise, 0, 8, "standing"))
    assert not list(contradictions(["Hold a chair.", "Sit upright.", "Stand up."], exercise, 0, 8, "seated"))


@pytest.mark.parametrize("name", TIPS)
def test_tips(name):
    tip = TIPS[name]
    assert name.startswith("tip-") and 0 < len(tip["title"]) <= 40 and 0 < len(tip["text"]) <= 120
    assert set(tip) <= {"title", "kind", "text", "not-for", "only-for", "sources"} and tip["sources"]
    assert not UNWANTED.search(tip["title"] + " " + tip["text"])
    hidden = set(items(tip.get("not-for", "")))
    # Massage is for who may have one; what speaks of a pregnancy is for who has set one.
    if re.search("massage|your own hands|roll", tip["text"], re.IGNORECASE):
        assert {"consult", "local"} <= hidden and hidden & {"pregnancy-t1", "pregnancy"}
    if re.search("pregnan|midwife", tip["text"], re.IGNORECASE):
        assert set(items(tip["only-for"])) <= {"pregnancy", "pregnancy-t3"}
    if "warm" in tip["text"]:
        assert hidden == {"reduced-sensation", "acute-inflammation", "pregnancy"} and "20 minutes at most" in tip["text"]


def seconds_of(text):
    return int(re.fullmatch(r"(\d+)s", text).group(1))


@pytest.mark.parametrize("name", ROUTINES)
def test_routines(name):
    routine = ROUTINES[name]
    assert set(routine) <= {"title", "kind", "exercises", "rest", "text", "sources"} and routine["sources"]
    assert 0 < len(routine["title"]) <= 40 and 0 < len(routine["text"]) <= 120
    assert routine["text"].endswith(".") and not UNWANTED.search(routine["title"] + " " + routine["text"])
    parts = [EXERCISES[item] for item in items(routine["exercises"])]
    # In the order breath, massage, stretch or strength, walk; and not too much massage.
    kinds = [part["kind"] for part in parts]
    inner = "".join(kind[0:3] + " " for kind in kinds).strip().removeprefix("bre ").removesuffix(" bre")
    assert "bre" not in inner and "stand-and-walk" not in items(routine["exercises"])[:-1]
    moved = [i for i, kind in enumerate(kinds) if kind in ("stretch", "strength")]
    assert not moved or all(i < moved[0] for i, kind in enumerate(kinds) if kind == "massage")
    assert sum(seconds_of(part["duration"]) for part in parts if part["kind"] == "massage") <= 600
    total = sum(seconds_of(part["duration"]) for part in parts) + (len(parts) - 1) * seconds_of(routine.get("rest", "10s"))
    low, high = {"morning": (300, 600), "desk-five-minutes": (270, 330), "evening-wind-down": (360, 600),
                 "after-workout": (300, 780), "gentle-flow": (540, 660)}[name]
    assert low <= total <= high, total


def test_what_is_special_of_a_routine():
    parts = {name: [EXERCISES[item] for item in items(routine["exercises"])] for name, routine in ROUTINES.items()}
    assert all(part["place"] == "desk" for part in parts["desk-five-minutes"])
    assert {part["position"] for part in parts["desk-five-minutes"]} <= {"seated", "standing"}
    assert all(part["intensity"] == "1" for part in parts["evening-wind-down"])
    assert items(ROUTINES["evening-wind-down"]["exercises"])[-1] == "side-lying-breathing"
    assert any("foam-roller" in part["tools"] for part in parts["after-workout"])
    assert any(part["kind"] == "stretch" for part in parts["after-workout"])
    for part in parts["gentle-flow"]:
        assert "no" not in (part["pregnancy-t1"], part["pregnancy-t2"], part["pregnancy-t3"])


def test_sources_are_explained():
    explained = set()
    for line in README.split("Sources named in the files here")[1].splitlines():
        match = re.match(r"  ([A-Z0-9-]+(?:, [A-Z0-9-]+)*)  ", line)
        explained |= set(items(match.group(1))) if match else set()
    used = {source for exercise in SECTIONS.values() for source in items(exercise["sources"])}
    assert used == explained


def test_readme_explains_every_key():
    explained = set(re.findall(r"^  ([a-z][a-z-]*[a-z1])(?: \*| …|  |-1)", README, re.MULTILINE))
    for exercise in [*SECTIONS.values(), {"rest": ""}]:
        for key in exercise:
            base = "step-1" if key.startswith("step-") else re.sub(r"-t[123]$", "-t1", key)
            assert base in explained, key


@pytest.mark.parametrize("name", EVERYTHING)
def test_all_of_it_is_translated(name):
    """Whole or not at all, or the exercise is shown in English."""
    plain, german = SECTIONS[name], GERMAN[name]
    assert set(german) == {key for key in plain if TRANSLATED.match(key)}
    assert set(EVERYTHING[name]) == set(plain) | {key + "[de]" for key in german}, "another language is begun"
    assert len(german["title"]) <= 40
    for key, text in german.items():
        assert text != plain[key] or text in SAME_IN_GERMAN, f"{key}[de]: {text}"
        assert not UNWANTED_GERMAN.search(text), f"{key}[de]: {text}"
        if key not in ("title", "muscles"):
            assert text[0].isupper() and text.endswith("."), f"{key}[de]: {text}"
    assert len(items(german.get("muscles", ""))) == len(items(plain.get("muscles", "")))
