# SPDX-License-Identifier: GPL-3.0-or-later
"""The seed coverage table, a row each: what is to have a home, in our words, and how each home is known to do its job.
Numbers and homes are those of the design: EX an exercise, TIP a tip, RULE a safety rule, RED advice that stops all
else, SCHED when and what is chosen, CFG a setting, NOT what must not be there, with the reason."""

from support import safety_rules as rules
from support.coverage import (bars, card, consult, default, every, ex, hold, local, needs, no_tip, nowhere, on_request,
                              only_calm, pregnant, refused, routine, setting, simulated, some, tested, tip, tool,
                              trimesters, unit)

ROWS = []


def row(number, item, **homes):
    ROWS.append((number, item, {home: checks if isinstance(checks, list) else [checks]
                                for home, checks in homes.items()}))


GUIDED = [tested("integration/test_daemon_profile.py", "test_the_guide_says_what_to_mind"), unit("pages", "test_guide_asides"),
          tested("contract/test_guide_texts.py", "test_it_fits")]
STOP = [card("Stop if pain is sharp, rising or spreading"), *GUIDED]
UNTIL = nowhere(r"until [^.]*(relief|tension|pain|knot|loosens|releases)|bis [^.]*(nachlässt|verschwindet|weg ist)")
SITTING = simulated("", "0 active\n9000 end\n", "1800 prompt stretch")
REGULAR = simulated("", "0 active\n" + "".join(f"{1860 * n} cmd done\n" for n in range(1, 5)) + "9000 end\n",
                    "1800 prompt stretch", "3660 prompt stretch", "7380 prompt stretch")
SLOW = every("massage", "slow or light", lambda e: any(
    word in " ".join([*e["steps"], e["breath"], e["caution"]]).lower()
    for word in ("slow", "gentle", "light", "soft", "mild", "small", "tiny", "steady", "even", "a few",
                                                                       "seconds each way")), 22)
HOLDS = every("massage", "held for ten to thirty seconds", lambda e: e["hold_seconds"] == 0 or 10 <= e["hold_seconds"] <= 30)
TOO_LONG = refused("hold", hold="61s")
NO_ELBOWS = nowhere(r"\belbows?\b.*(press|massage|knead)|(press|massage|knead|with).*\belbows?\b|mit (den|dem) Ellbogen",
                    unless=r"no elbows|keine Ellbogen|rest your elbows|Stütz")

row(1, "own hands on an aching back", TIP=tip("tip-own-hands", "may ease", "movement"))
row(2, "thumbs first, gently", EX=[ex("hands-low-back-circles", ["thumb", "light"], intensity=1),
                                   ex("partner-shoulder-thumbs", "thumb", intensity=1)])
row(3, "a partner begins at the shoulders and goes down",
    EX=ex("partner-shoulder-thumbs", "shoulder tops.*working down", tools="partner"),
    CFG=[setting("profile", "partner", "yes", "no"), needs("partner", "no", "yes", lambda e: "partner" in e["tools"])])
row(4, "stretches are held, and again", EX=every("stretch", "held twice for 10 to 30 s",
                                                  lambda e: 10 <= e["hold_seconds"] <= 30 and e["reps"] >= 2, 11))
row(5, "trembling as a sign to go on", NOT=nowhere(r"lactic|lactate|Milchsäure|Laktat|trembl|shak(e|ing)|zitter"))
row(6, "longer holds for pain that stays", RED=hold("persistent-pain", "urgent", "speak to a doctor"), NOT=TOO_LONG)
row(7, "a disc or an injury is for a physiotherapist",
    RULE=[consult("disc-problem"), bars("disc-problem", "seated-cat-cow", "seated-hamstring-stretch"),
          hold("recent-trauma", "emergency", "emergency")])
row(8, "hard pressure makes it worse",
    RULE=[default("profile", "max_intensity", 2), needs("max_intensity", "1", "3", lambda e: e["intensity"] > 1),
          card("4 or less", "partner-shoulder-thumbs")])
row(9, "light at first, more as it is tolerated",
    RULE=refused("intensity", regions="lower-back", intensity="2", hazards="lumbar-pressure"),
    SCHED=[unit("diary", "the_first_week_is_gentle"), unit("diary", "without_a_clock_it_stays_the_first_week")])
row(10, "not through pain", RULE=STOP)
row(11, "staying until it is better", NOT=[UNTIL, every(None, "of a fixed length", lambda e: 30 <= e["seconds"] <= 600)])
row(12, "any discomfort: less of it",
    RULE=[tested("integration/test_daemon_choice.py", "test_too_much"), unit("message", "test_guide", "too-much"),
          unit("diary", "what_hurts")])
row(13, "rest between massages", SCHED=[unit("diary", "massage_rests"), unit("diary", "massage_ends"),
                                         unit("guide", "a_routine_is_filtered")])
row(14, "calm first, one thing at a time",
    TIP=tip("tip-one-thing", "two calm breaths", "one thing at a time"),
    SCHED=[routine("evening-wind-down", begins="breathing"), routine("gentle-flow", begins="breathing")])
row(15, "oils and balms", NOT=nowhere(r"\boils?\b|\bbalms?\b|ointment|anti-inflam|\bÖl|Balsam|Salbe"))
row(16, "a therapist who is used to backs", TIP=tip("tip-therapist", "therapist", "used to backs"))
row(17, "both hands, both sides", EX=[every("massage", "for both sides", lambda e: e["sides"] == "both"
                                             or e["id"].startswith("roller-mid-back"))])
row(18, "bent over keyboard and phone", TIP=tip("tip-change-position", "keyboard", "phone"), SCHED=SITTING)
row(19, "sitting loads the back", SCHED=[SITTING, default("activity", "passive_sitting", True)])
row(20, "vary what repeats", TIP=tip("tip-vary", "repeat", "vary"))
row(21, "dictating", TIP=tip("tip-voice-typing", "dictat"))
row(22, "where it is tense", CFG=[setting("profile", "focus", "neck, hips"),
                                   unit("picker", "what_the_person_has_named_comes_more_often")],
    EX=[ex("wall-ball-shoulder-blade", "tender"), ex("hands-shoulder-top-squeeze", "tight"), ex("cane-shoulder-top")])
row(23, "which muscle, also where no hand comes",
    CFG=[card(r"muscles +\w"), tool("massage-stick")],
    EX=[every(None, "with its muscles", lambda e: e["muscles"]), ex("cane-between-blades", tools="massage-stick")])
row(24, "between the shoulder blades", EX=[ex("wall-ball-shoulder-blade", "shoulder blade"),
                                            ex("cane-between-blades", "blade")])
row(25, "shoulders and upper back too", EX=[ex("shoulder-rolls", regions="shoulders"),
                                             ex("self-hug-upper-back", regions="upper-back"),
                                             routine("desk-five-minutes")])
row(26, "relaxing as the aim", TIP=[tip("tip-no-promise", "relaxing"), nowhere(r"\bprevents?\b|beugt vor|verhinder(t|n) ")])
row(27, "to the person", CFG=[setting("profile", "focus", "neck"), setting("profile", "tools", "foam-roller"),
                              unit("picker", "what_helped_comes_more_often"), unit("message", "test_others", "better"),
                              tested("integration/test_daemon_reminder.py", "test_feedback")])
row(28, "a place to lie", CFG=[setting("profile", "place", *rules.PLACES),
                               needs("place", "desk", "floor-space", lambda e: e["position"].startswith("floor"))])
row(29, "without a shirt", NOT=nowhere(r"\bshirt|undress|\bnaked|bare skin|Hemd\b|nackt|auszieh"))
row(30, "hips above the head", NOT=[nowhere(r"(hips|pelvis|bottom) (higher|above)|upside down|kopfüber"),
                                    bars("heart-or-bp", "childs-pose-wide", stays=["seated-pelvic-tilt"])])
row(31, "turned over after a while", EX=ex("partner-kneading", "two minutes.*turns over"),
    SCHED=ex("partner-kneading", seconds=240))
row(32, "face down", NOT=[refused("position", position="floor-prone"), nowhere(r"face down|\bprone\b|Bauchlage")],
    EX=ex("partner-kneading", "pillow", position="floor-side"))
row(33, "long strokes from blade to hip", EX=ex("partner-long-strokes", ["shoulder blade", "toward the hip", "other side"],
                                                sides="both", regions="lower-back"))
row(34, "gently near joints", RULE=[refused("caution", caution=None), ex("partner-long-strokes", caution="joints"),
                                    every("massage", "with a caution", lambda e: e["caution"], 22)])
row(35, "the whole back, evenly", SCHED=unit("picker", "regions_are_balanced"))
row(36, "breathing all the while", EX=[every(None, "with a breath", lambda e: e["breath"], 60), *GUIDED])
row(37, "breathing against tension", EX=ex("belly-breathing-seated", ["Breathe in", "Breathe out"], kind="breathing"))
row(38, "deep breaths", TIP=[tip("tip-breathing", "can help you relax"), nowhere(r"blood flow|Durchblutung|oxygen|Sauerstoff")])
row(39, "going on past ten minutes", NOT=[refused("duration", duration="11min"), unit("diary", "massage_ends")])
row(40, "warmth", TIP=[tip("tip-heat", "warm, not hot", "cloth between", "20 minutes at most", "not while you sleep"),
                       no_tip("tip-heat", "reduced-sensation", "acute-inflammation", "pregnancy-t1", "pregnancy-t3")])
row(41, "enough after ten minutes", SCHED=unit("diary", "massage_ends"))
row(42, "sleep afterwards", SCHED=[default("schedule", "wind_down", None), setting("schedule", "wind-down", "21:30", "no"),
                                   routine("evening-wind-down", intensity=1), unit("picker", "the_evening_is_calm"),
                                   unit("message", "test_wind_down"),
                                   tested("integration/test_daemon_evening.py", "test_at_its_time")],
    EX=ex("side-lying-breathing", position="floor-side", kind="breathing"))
row(43, "no activity after massage", NOT=[tip("tip-after-massage", "walk is fine"),
                                          nowhere(r"avoid (gentle )?(activity|exercise|work)|no activity (after|today)")])
row(44, "a nap", TIP=[tip("tip-rest", "rest is fine"), tip("tip-sleep-on-the-side", "28 weeks", "side", conditions="pregnancy-t3")])
row(45, "pain that limits the day", RED=hold("persistent-pain", "urgent", "speak to a doctor"))
row(46, "causes", TIP=[tip("tip-no-blame", "many reasons", "Nobody is to blame"), nowhere(r"slouch|bad posture|schlechte Haltung")])
row(47, "knots and stiffness", TIP=tip("tip-stiffness", "may ease stiffness"))
row(48, "waste and toxins", NOT=nowhere(r"toxin|\bwaste|flush|detox|circulation|Gift|Schlacke|entgift"))
row(49, "less pain for a while", TIP=[tip("tip-comfort", "short time", "weak"), nowhere(r"endorphin|\bcures?\b|\bheil(t|en)\b")])
row(50, "more range", TIP=tip("tip-range", "may let", "short time"))
row(51, "stress", TIP=tip("tip-stress", "tense moment"), CFG=setting("profile", "goals", "stress"))
row(52, "erector spinae", EX=some(16, lambda e: "erector spinae" in e["muscles"]))
row(53, "latissimus dorsi", EX=[ex(name, muscles="latissimus dorsi") for name in ("seated-side-reach", "partner-long-strokes")])
row(54, "trapezius", EX=[ex(name, muscles="trapezius") for name in ("hands-shoulder-top-squeeze", "cane-shoulder-top")])
row(55, "rhomboids", EX=[ex(name, muscles="rhomboids") for name in ("wall-ball-shoulder-blade", "self-hug-upper-back")])
row(56, "quadratus lumborum", EX=[ex(name, muscles="quadratus lumborum")
                                  for name in ("hands-low-back-circles", "wall-ball-low-back-side")])
row(57, "listening to the body", RULE=STOP)
row(58, "not on the spine", RULE=[
    *GUIDED,
    refused("lumbar-pressure", regions="lower-back"),
    every("massage", "clear of the spine", lambda e: "lower-back" not in e["regions"]
          or any(word in " ".join([*e["steps"], e["caution"]]) for word in ("spine", "bone", "ribs")))])
row(59, "foam roller", CFG=tool("foam-roller"), EX=some(4, lambda e: "foam-roller" in e["tools"]))
row(60, "massage ball", CFG=tool("massage-ball"), EX=[some(4, lambda e: "massage-ball" in e["tools"]),
                                                      ex("floor-ball-mid-back", caution="tennis ball", intensity=3)])
row(61, "hooked stick", CFG=tool("massage-stick"), EX=[ex("cane-shoulder-top"), ex("cane-between-blades")])
row(62, "electric massager", CFG=tool("handheld-massager"),
    EX=[ex("handheld-shoulder-top", "lowest speed"), ex("handheld-glute", "lowest speed"),
        bars("implanted-device", "handheld-shoulder-top", "handheld-glute"),
        refused("massager|neck", tools="handheld-massager", regions="neck")])
row(63, "hands", EX=needs("place", "desk", "room", lambda e: e["id"] == "hands-glute-knuckles"))
row(64, "glutes and hamstrings", EX=[ex("wall-ball-glute", regions="glutes"), ex("roller-glute", regions="glutes"),
                                     ex("roller-hamstring", regions="hamstrings"),
                                     ex("seated-hamstring-stretch", regions="hamstrings")])
row(65, "slow and controlled", RULE=SLOW)
row(66, "tender spots for a while", EX=[HOLDS, ex("wall-ball-shoulder-blade", hold_seconds=30)])
row(67, "until tension goes", NOT=[UNTIL, TOO_LONG])
row(68, "lying on a roller, low", NOT=refused("lower back|lower-back", regions="lower-back", tools="foam-roller",
                                               place="floor-space", hazards="lumbar-pressure"),
    EX=[ex("wall-roller-low-back-side", position="standing", default=False), ex("roller-glute")])
row(69, "one side of the lower back", EX=ex("wall-roller-low-back-side", "one side", default=False, muscles="erector spinae"))
row(70, "lying on a ball, low", NOT=refused("lower back|lower-back", regions="lower-back", tools="massage-ball",
                                             place="floor-space", hazards="lumbar-pressure"),
    EX=ex("wall-ball-low-back-side", position="standing"))
row(71, "a ball at the wall, low", EX=ex("wall-ball-low-back-side", ["wall", "ball"], tools="wall", regions="lower-back"))
row(72, "thumbs or knuckles beside the spine", EX=ex("hands-low-back-circles", "thumb or loose knuckles", position="seated"))
row(73, "circles and strokes", EX=[ex("hands-low-back-circles", "circles"), ex("hands-low-back-strokes", "down")])
row(74, "a roller for the middle", EX=ex("roller-mid-back-sweep", "cradle your head", tools="foam-roller", regions="mid-back"))
row(75, "rolling from blades to ribs", EX=ex("roller-mid-back-sweep", ["Raise the hips", "shoulder-blade tops to the last ribs"],
                                             caution="never the neck"))
row(76, "a pause, arched a little", EX=[ex("roller-mid-back-arch", "few degrees"),
                                        ex("chair-upper-back-extension", "gently over the chair")])
row(77, "a ball between the blades", EX=ex("floor-ball-mid-back", ["between one shoulder blade and the spine", "arms across"]))
row(78, "roll it or stay", EX=[ex("floor-ball-mid-back", "Stay still, or"), ex("wall-ball-mid-back", ["Roll", "Rest on a tight"])])
row(79, "a ball at the wall, high", EX=ex("wall-ball-shoulder-blade", ["wall", "up, down or sideways"]))
row(80, "the stick, high", EX=[ex("cane-shoulder-top", "Hook"), ex("cane-between-blades", ["steady pressure", "tiny side"])])
row(81, "the other hand on the shoulder", EX=ex("hands-shoulder-top-squeeze", "opposite shoulder top"))
row(82, "squeeze or rub", EX=[ex("hands-shoulder-top-squeeze", ["Squeeze gently", "circle"]),
                              ex("hands-neck-base-circles", "circles")])
row(83, "hands on the buttocks", EX=ex("hands-glute-knuckles", "knuckles", tools="hands", regions="glutes"))
row(84, "what a partner does", EX=[ex("partner-shoulder-thumbs", "thumb circles"), ex("partner-kneading", "kneads"),
                                   ex("partner-long-strokes", "draws")],
    CFG=needs("partner", "no", "yes", lambda e: "partner" in e["tools"]))
row(85, "a partner's elbows", NOT=[NO_ELBOWS, ex("partner-shoulder-thumbs", caution="no elbows")])
row(86, "talking about pressure", RULE=[ex("partner-shoulder-thumbs", "comfort score from 0 to 10"),
                                        ex("partner-long-strokes", "Ask about pressure")])
row(87, "a trained one when it is strong or lasts", TIP=[tip("tip-therapist", "trained"), tip("tip-lasting-pain", "doctor")],
    RULE=card("Check with your clinician", "hip-hinge-practice", conditions="unexplained-pain"))
row(88, "after a workout", CFG=[routine("after-workout", intensity=2), on_request("after-workout")])
row(89, "after long sitting", SCHED=SITTING)
row(90, "after long standing", CFG=setting("activity", "standing-rate", "50%", "100%"),
    SCHED=simulated("", "0 active\n0 posture standing lease=9000\n9000 end\n", "3600 prompt stretch"))
row(91, "aches that are known, regularly", CFG=setting("profile", "goals", "chronic-ache"),
    SCHED=[REGULAR, unit("picker", "what_the_person_has_named_comes_more_often", "BC_ITEM_GOAL")])
row(92, "massage before stretching", SCHED=[routine("after-workout", order=["massage", "stretch"]),
                                            routine("desk-five-minutes", order=["massage", "stretch"]),
                                            routine("evening-wind-down", order=["massage", "stretch"])])
row(93, "which pain means stop", RULE=[*STOP, nowhere(r"good pain|no pain|guter Schmerz")])
row(94, "open wounds", RULE=local("open-wound", {"massage", "stretch"}, {"strength", "mobility", "breathing"}))
row(95, "bruises", RULE=local("bruise", {"massage"}, {"stretch", "strength"}))
row(96, "infections", RULE=[local("skin-infection", {"massage"}, {"stretch", "strength"}),
                            bars("skin-infection@hips", "partner-kneading")])
row(97, "rashes", RULE=local("rash", {"massage"}, {"stretch", "strength"}))
row(98, "recent surgery", RULE=[only_calm("recent-surgery"), consult("recent-surgery")])
row(99, "acute inflammation", RULE=local("acute-inflammation", {"massage", "stretch", "strength"}, {"breathing", "mobility"}))
row(100, "osteoporosis", RULE=[consult("osteoporosis"),
                               bars("osteoporosis", "seated-cat-cow", "seated-open-twist", stays=["hip-hinge-practice"])])
row(101, "blood clots", RULE=[consult("blood-clot"), bars("blood-clot", "roller-hamstring")])
row(102, "a pressed nerve", RULE=[consult("nerve-compression"), bars("nerve-compression", "seated-hamstring-stretch")])
row(103, "discs", RULE=[consult("disc-problem"), bars("disc-problem", "seated-forward-lean", stays=["wall-pelvic-tilt"])])
row(104, "pain nobody has explained", RULE=[consult("unexplained-pain"),
                                            bars("unexplained-pain", "hands-low-back-circles", stays=["bird-dog"])])
row(105, "severe pain", RED=hold("severe-pain", "urgent", "speak to a doctor"))
row(106, "persistent pain", RED=hold("persistent-pain", "urgent", "speak to a doctor"))
row(107, "numb limbs", RED=[hold("limb-numbness", "urgent", "speak to a doctor"),
                            hold("both-legs-symptoms", "emergency", "emergency")])
row(108, "weakness", RED=hold("limb-weakness", "emergency", "emergency"))
row(109, "fever", RED=hold("fever", "urgent", "speak to a doctor"))
row(110, "bladder or bowel", RED=[hold("bladder-bowel-change", "emergency", "emergency"),
                                  hold("saddle-numbness", "emergency", "emergency")])
row(111, "a habit, not only when it hurts", SCHED=REGULAR)
row(112, "regular stretching", EX=every("stretch", "a stretch", lambda e: e["regions"], 11))
row(113, "a stronger core", EX=[ex(name, kind="strength") for name in ("bird-dog", "glute-bridge", "shoulder-blade-squeeze")])
row(114, "sitting and lifting", EX=[ex("posture-reset", kind="posture"), ex("hip-hinge-practice", "hips back", caution="lifting"),
                                    ex("wall-angels"), ex("wall-chest-stretch")], TIP=tip("tip-lifting", "Bend your knees"))
row(115, "drinking", TIP=[tip("tip-water", "Refill"), ex("stand-and-walk", "water")])
row(116, "not alone with it", TIP=tip("tip-back-pain-in-pregnancy", "half", "midwife", conditions="pregnancy-t2"))
row(117, "what changes in a pregnancy", TIP=[tip("tip-sensitive-joints", "can feel more sensitive", conditions="pregnancy-t2"),
                                             tip("tip-no-blame", "no single one|many reasons")])
row(118, "which areas", CFG=[setting("profile", "focus", "lower-back, mid-back, hips"),
                             bars("pelvic-girdle-pain", "side-lying-clam", "standing-hip-flexor", stays=["wall-pelvic-tilt"])])
row(119, "joints that come loose", NOT=nowhere(r"relaxin\b|unstable|instabil|Lockerung der"))
row(120, "an arched back", EX=[ex("half-kneeling-hip-flexor", muscles="hip flexors"),
                               ex("standing-hip-flexor", muscles="hip flexors"), ex("wall-pelvic-tilt", muscles="deep abdominals")])
row(121, "the deep core", EX=ex("seated-belly-brace", muscles="transverse abdominis"))
row(122, "most may exercise", RULE=[only_calm("high-risk-pregnancy"), pregnant("there", lambda e, t: True),
                                    card("Check with your clinician or midwife", "seated-open-twist", conditions="pregnancy-t2")])
row(123, "gentle and mixed", RULE=[pregnant("gentle", lambda e, t: e["intensity"] <= 2),
                                   trimesters(t2="posture-reset seated-belly-brace seated-cat-cow belly-breathing-seated")])
row(124, "for each trimester", CFG=[setting("profile", "pregnancy-due", "2027-03-01", ""),
                                    setting("profile", "conditions", "pregnancy-t1", "pregnancy-t2", "pregnancy-t3")],
    RULE=[trimesters(t1="floor-pelvic-tilt", t2="-floor-pelvic-tilt wall-pelvic-tilt", t3="-floor-pelvic-tilt"),
          pregnant("adapted where it says so", lambda e, t: e["adapted"] == (e["pregnancy"][t] == "adapt"))])
row(125, "pelvic tilts", EX=[ex(name) for name in ("seated-pelvic-tilt", "wall-pelvic-tilt", "floor-pelvic-tilt")])
row(126, "cat-cow", EX=[ex("cat-cow-all-fours"), ex("seated-cat-cow"),
                        trimesters(**{t: "cat-cow-all-fours seated-cat-cow" for t in ("t1", "t2", "t3")})])
row(127, "seated stretches", EX=[ex(name, position="seated", kind="stretch") for name in (
    "seated-forward-lean", "seated-side-reach", "seated-open-twist", "seated-figure-four")])
row(128, "child's pose and breath", EX=[ex("childs-pose-wide", breath="Breathe"), trimesters(t3="childs-pose-wide")])
row(129, "hip flexors, later on", EX=trimesters(t2="half-kneeling-hip-flexor standing-hip-flexor",
                                                t3="half-kneeling-hip-flexor standing-hip-flexor"))
row(130, "hips and glutes", EX=[ex(name, kind="strength") for name in ("side-lying-clam", "standing-hip-abduction",
                                                                       "sit-to-stand", "glute-bridge")])
row(131, "a flow, some evenings", EX=[ex("gentle-prenatal-flow", seconds=600, intensity=1, default=False),
                                      trimesters(t1="gentle-prenatal-flow", t3="gentle-prenatal-flow")],
    SCHED=[routine("gentle-flow", intensity=1, minutes=range(5, 21), conditions="pregnancy-t2"),
           setting("profile", "prenatal-flow", "yes", "no"), default("profile", "prenatal_flow", False),
           tested("integration/test_privacy.py", "test_wind_down")])
row(132, "breath with movement", EX=[ex("belly-breathing-seated"), every("mobility", "with a breath", lambda e: e["breath"], 13)])
row(133, "what is unsafe", RULE=[
    pregnant("off the back", lambda e, t: t == "t1" and e["seconds"] < 60 or "supine" not in e["hazards"]),
    pregnant("without massage at first", lambda e, t: t != "t1" or e["kind"] != "massage"),
    pregnant("hands only", lambda e, t: e["kind"] != "massage" or set(e["tools"]) <= {"hands", "partner"}),
    tested("contract/test_list.py", "test_against_the_rules")])
row(134, "comfort and form first", RULE=[*STOP, SLOW])
row(135, "often and short", SCHED=[REGULAR, nowhere(r"streak|you missed|Serie gerissen")])
row(136, "small habits", TIP=tip("tip-pregnancy-habits", "Bend your knees", "flat shoes", "bags", "supported", "rest",
                                 conditions="pregnancy-t1"))
row(137, "signs that need care", RED=hold("pregnancy-warning-sign", "emergency", "maternity unit"))
row(138, "somebody who can rule it out", RED=hold("pregnancy-warning-sign", "emergency", "contact your maternity unit"))
row(139, "a mix", SCHED=unit("picker", "the_mix_of_a_day"))
row(140, "walking, cycling", EX=ex("stand-and-walk", "Walk"), TIP=tip("tip-walk-or-cycle", "Walking or easy cycling"))
row(141, "from the first weeks to the last", CFG=[
    setting("profile", "pregnancy-due", "2027-03-01"), tested("contract/test_safety.py", "test_every_day_of_a_pregnancy"),
    trimesters(t1="-hands-shoulder-top-squeeze", t2="hands-shoulder-top-squeeze", t3="hands-shoulder-top-squeeze")])
row(142, "dumbbells and things for sale", NOT=nowhere(r"dumbbell|Hantel|cardio|https?:|www\.", unless=r"^Project-Id"))
