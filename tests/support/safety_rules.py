# SPDX-License-Identifier: GPL-3.0-or-later
"""The safety rules once more, in words: written from the rules themselves, for the program to be held against.

An exercise is the dictionary of its section in the catalogue, a person one of the settings. Nothing here is taken from
the program, and nothing is shared with it.
"""

import configparser
import datetime

EMERGENCY = """bladder-bowel-change saddle-numbness limb-weakness both-legs-symptoms recent-trauma
    chest-pain-or-breathless head-neck-warning pregnancy-warning-sign""".split()
URGENT = "severe-pain persistent-pain limb-numbness fever weight-loss night-pain spine-shape-change leg-clot-signs".split()
CONSULT = """osteoporosis blood-clot bleeding-risk nerve-compression disc-problem spine-structural unexplained-pain
    recent-fracture recent-surgery cancer-active heart-or-bp reduced-sensation high-risk-pregnancy""".split()
LOCAL = "open-wound bruise skin-infection rash acute-inflammation".split()
ADJUST = """pregnancy-t1 pregnancy-t2 pregnancy-t3 postpartum-recent pelvic-girdle-pain neck-problem shoulder-problem
    wrist-problem knee-problem balance-problem head-low-unsafe implanted-device""".split()
TAGS = EMERGENCY + URGENT + CONSULT + LOCAL + ADJUST

REGIONS = "lower-back mid-back upper-back shoulders neck hips glutes hamstrings".split()
TOOLS = "foam-roller massage-ball massage-stick handheld-massager".split()
PLACES = "desk room floor-space".split()
KINDS = "massage mobility stretch strength breathing posture".split()
POSITIONS = "seated standing kneeling floor-supine floor-side".split()
HAZARDS = """supine spine-flexion spine-extension spine-rotation side-bend neck-motion neck-pressure lumbar-pressure
    leg-pressure percussion overhead wrist-load kneeling knee-load balance pelvis-uneven nerve-stretch head-low""".split()

DISC = {"spine-flexion", "spine-extension", "spine-rotation", "side-bend", "nerve-stretch"}
NO_HAZARD = {
    "osteoporosis": {"spine-flexion", "spine-rotation", "side-bend", "head-low"},
    "disc-problem": DISC,
    "nerve-compression": DISC,
    "spine-structural": DISC,
    "cancer-active": {"spine-flexion", "spine-rotation"},
    "heart-or-bp": {"head-low"},
    "blood-clot": {"leg-pressure"},
    "postpartum-recent": {"leg-pressure"},
    "pelvic-girdle-pain": {"pelvis-uneven"},
    "neck-problem": {"neck-motion", "neck-pressure"},
    "shoulder-problem": {"overhead", "wrist-load"},
    "wrist-problem": {"wrist-load"},
    "knee-problem": {"kneeling", "knee-load"},
    "balance-problem": {"balance"},
    "head-low-unsafe": {"head-low"},
    "implanted-device": {"percussion"},
}
ONLY_BREATHING_AND_POSTURE = {"recent-fracture", "recent-surgery", "high-risk-pregnancy"}
NOT_THERE = {
    "open-wound": {"massage", "stretch"},
    "bruise": {"massage"},
    "rash": {"massage"},
    "skin-infection": {"massage"},
    "acute-inflammation": {"massage", "stretch", "strength"},
}
NEIGHBOURS = {frozenset(pair.split("/")) for pair in """lower-back/mid-back lower-back/hips lower-back/glutes
    mid-back/upper-back upper-back/shoulders upper-back/neck shoulders/neck hips/glutes hips/hamstrings
    glutes/hamstrings""".split()}


def words(value):
    return [word.strip() for word in value.split(",") if word.strip() and word.strip() != "none"]


def read_catalogue(*paths):
    """{id: {key: value}} of catalogue files; of the tips and routines nothing."""
    exercises = {}
    for path in paths:
        parser = configparser.ConfigParser(interpolation=None, delimiters=("=",), comment_prefixes=("#", ";"),
                                           strict=True, empty_lines_in_values=False)
        parser.read_string(path.read_text(encoding="utf-8"))
        for name in parser.sections():
            section = {key: value[1:-1] if value.startswith('"') else value for key, value in parser[name].items()}
            if section.get("kind") not in ("tip", "routine"):
                exercises[name] = section
    return exercises


def seconds(text):
    if text.endswith("min"):
        return 60 * int(text[:-3])
    return int(text.removesuffix("s"))


def trimester_tags(due, today):
    """What a due date says on a day."""
    if not due:
        return set()
    weeks_left = (datetime.date.fromisoformat(due) - today).days / 7
    week = 40 - weeks_left
    if week < -2:
        return {"pregnancy-t1", "pregnancy-t2", "pregnancy-t3"}  # that can't be
    tags = set()
    if week < 13:
        tags.add("pregnancy-t1")
    elif week < 28:
        tags.add("pregnancy-t2")
    elif week <= 42:
        tags.add("pregnancy-t3")  # a child may be late
    if 40 < week <= 52:
        tags.add("postpartum-recent")
    return tags


def near(one, other):
    return one == other or "whole-body" in (one, other) or frozenset((one, other)) in NEIGHBOURS


def local_bars(exercise, tag, region):
    if exercise["kind"] not in NOT_THERE[tag]:
        return False
    return region is None or any(near(region, own) for own in words(exercise["regions"]))


def status(exercise, trimester):
    return exercise.get("pregnancy-" + trimester, "no")


def adapted_steps(exercise, trimester):
    """The trimester whose list of steps is shown in a trimester that adapts: its own, or that of an earlier one."""
    for candidate in reversed(["t1", "t2", "t3"][:int(trimester[1])]):
        if "step-1-" + candidate in exercise:
            return candidate
    raise AssertionError("no adapted steps")


def adapted_seconds(exercise, trimester):
    for key in ("duration-" + trimester, "duration-" + adapted_steps(exercise, trimester), "duration"):
        if key in exercise:
            return seconds(exercise[key])
    raise AssertionError("no duration")


def adapted(exercise, key, trimester):
    """What is said for the steps of a trimester, else what is said for the plain ones; None if nothing is."""
    for name in (f"{key}-{trimester}", f"{key}-{adapted_steps(exercise, trimester)}", key):
        if name in exercise:
            return exercise[name]
    return None


def hazards(exercise):
    return set(words(exercise["hazards"])) if "hazards" in exercise else set(HAZARDS)


def pregnancy_allows(exercise, trimester):
    state = status(exercise, trimester)
    on_the_back = exercise["position"] == "floor-supine" or "supine" in hazards(exercise)
    if state == "no" or exercise["position"] == "floor-prone" or exercise["intensity"] == "3":
        return False
    if trimester == "t1":
        if exercise["kind"] == "massage":
            return False
        return not on_the_back or (state == "adapt" and adapted_seconds(exercise, "t1") < 60)
    if on_the_back:
        return False
    if exercise["kind"] == "massage":
        return (state == "adapt" and exercise["intensity"] == "1"
                and set(words(exercise.get("tools", ""))) <= {"hands", "partner"}
                and exercise["position"] in ("seated", "standing", "floor-side")
                and not {"hips", "glutes", "hamstrings", "whole-body"} & set(words(exercise["regions"])))
    return True


def allowed(exercise, tags, person):
    """Whether an exercise is for a person with these tags ("tag" or "tag@region")."""
    tools = set(words(exercise.get("tools", "")))
    if tools - set(person["tools"]) - {"hands", "wall", "chair", "partner"}:
        return False
    if "partner" in tools and not person["partner"]:
        return False
    if PLACES.index(exercise["place"]) > PLACES.index(person["place"]):
        return False
    if int(exercise["intensity"]) > person["max-intensity"]:
        return False
    for written in tags:
        tag, _, region = written.partition("@")
        if tag in EMERGENCY + URGENT:
            return False
        if tag in CONSULT and exercise["kind"] == "massage":
            return False
        if tag in ONLY_BREATHING_AND_POSTURE and exercise["kind"] not in ("breathing", "posture"):
            return False
        if NO_HAZARD.get(tag, set()) & hazards(exercise):
            return False
        if tag in LOCAL and local_bars(exercise, tag, region if region not in ("", "whole-body") else None):
            return False
        if tag == "skin-infection" and "partner" in tools:
            return False
        if tag.startswith("pregnancy-t") and not pregnancy_allows(exercise, tag[-2:]):
            return False
    return True


def shown(exercise, tags):
    """Which steps are shown ("" = the plain ones, or a trimester's), and how many seconds they take."""
    adapting = [trimester for trimester in ("t1", "t2", "t3")
                if "pregnancy-" + trimester in tags and status(exercise, trimester) == "adapt"]
    if not adapting:
        return "", seconds(exercise["duration"])
    return adapting[-1], min(adapted_seconds(exercise, trimester) for trimester in adapting)


def advice(tags):
    names = {tag.partition("@")[0] for tag in tags}
    for word, group in (("emergency", EMERGENCY), ("urgent", URGENT), ("consult", CONSULT)):
        if names & set(group):
            return word
    return "none"
