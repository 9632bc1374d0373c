#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the pictures of an exercise: illustrate.py OUT-DIR RSVG-CONVERT|'' REGION,… POSITION.svg…

Of each drawing one picture for every region, POSITION-REGION.svg, in which only that region is marked; and the same as
a PNG, for notification servers that don't draw SVG, if there is a program to make it.
"""

import pathlib
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

SVG = "{http://www.w3.org/2000/svg}"
SIZE = "256"


def picture(drawing, region):
    """The drawing with one of its regions, as an XML document."""
    root = ElementTree.parse(drawing).getroot()
    marks = root.find(f"{SVG}g[@id='regions']")
    others = [mark for mark in marks if mark.get("id") != region]
    if len(others) != len(marks) - 1:
        sys.exit(f"{drawing}: no group, or more than one, is named {region}")
    for mark in others:
        marks.remove(mark)
    return ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"


def main():
    out, converter, regions, *drawings = sys.argv[1:]
    ElementTree.register_namespace("", SVG[1:-1])
    ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")
    for drawing in map(pathlib.Path, drawings):
        for region in regions.split(","):
            path = pathlib.Path(out, f"{drawing.stem}-{region}.svg")
            path.write_bytes(picture(drawing, region))
            if converter:
                subprocess.run([converter, f"--width={SIZE}", f"--height={SIZE}", f"--output={path.with_suffix('.png')}",
                                path], check=True)


if __name__ == "__main__":
    main()
