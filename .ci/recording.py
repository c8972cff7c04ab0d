#!/usr/bin/env python3
"""Draws what the program prints as a picture that moves: recording.py PULLQUOTE OUT.svg

Each scene is a command line, typed, with its real output on the sample archive.
"""

import html
import os
import re
import subprocess
import sys
import tempfile

SCENES = [
    ['quotes', 'grief', '--by', 'Ines Valcourt', '--limit', '2'],
    ['origin', 'you cannot schedule grief, you can only make room for it', '--limit', '2'],
    ['verify', '--quote', 'You cannot plan grief, you can only make room for it', '--by', 'Ines Valcourt'],
]
SECONDS = 7  # for each scene
COLUMNS, LINES, WIDTH, HEIGHT = 96, 15, 8.4, 19
COLOURS = {31: "#e06c75", 32: "#98c379", 33: "#e5c07b", 34: "#61afef", 35: "#c678dd", 36: "#56b6c2"}
program, out = os.path.abspath(sys.argv[1]), sys.argv[2]


def shown(words):
    return " ".join(word if re.fullmatch(r"[\w-]+", word) else f'"{word}"' for word in ["pullquote", *words])


def attribute(key, value):
    return f' {key}="{value}"'


def spans(line):
    """A line with ANSI colours as tspans."""
    style, drawn = {}, []
    for piece in re.split(r"(\x1b\[[0-9;]*m)", line):
        if piece.startswith("\x1b["):
            for code in (int(code or 0) for code in piece[2:-1].split(";")):
                if code == 0:
                    style = {}
                elif code == 1:
                    style["font-weight"] = "bold"
                elif code == 2:
                    style["opacity"] = "0.6"
                elif code in COLOURS:
                    style["fill"] = COLOURS[code]
        elif piece:
            drawn.append(f"<tspan{''.join(attribute(*pair) for pair in style.items())}>{html.escape(piece)}</tspan>")
    return "".join(drawn)


with tempfile.TemporaryDirectory() as folder:
    sample = f"{folder}/news"
    environment = {**os.environ, "COLUMNS": str(COLUMNS)}
    run = lambda *words: subprocess.run([program, *words], cwd=folder, env=environment, capture_output=True, text=True).stdout
    run("demo", "--keep", sample, "--quiet")
    pages = [run("--color", "always", "--index", f"{sample}/.pullquote", *words).rstrip().splitlines() for words in SCENES]

total = SECONDS * len(SCENES)
width, height = COLUMNS * WIDTH + 32, (LINES + 2) * HEIGHT + 48
svg = [
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" role="img">',
    "<title>pullquote: who said it, where it came from, and whether a quotation stands</title>",
    "<style>text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:#d7dae0;white-space:pre}",
    f".scene{{opacity:0;animation:{total}s step-end infinite}}",
]
for number in range(len(SCENES)):
    begin, end = 100 * number / len(SCENES), 100 * (number + 1) / len(SCENES)
    frames = f"0%{{opacity:{int(number == 0)}}}" + (f"{begin:.2f}%{{opacity:1}}" if number else "")
    frames += f"{end:.2f}%{{opacity:0}}" if number + 1 < len(SCENES) else ""
    svg.append(f"@keyframes scene{number}{{{frames}}}.scene{number}{{animation-name:scene{number}}}")
# Whoever wants nothing to move sees the first scene.
svg.append("@media (prefers-reduced-motion){.scene{animation:none}.scene0{opacity:1}}</style>")
svg.append(f'<rect width="100%" height="100%" rx="10" fill="#1e2127"/>')
svg += [f'<circle cx="{22 + 20 * at}" cy="20" r="6" fill="{colour}"/>' for at, colour in enumerate(["#ff5f56", "#ffbd2e", "#27c93f"])]
for number, (words, page) in enumerate(zip(SCENES, pages)):
    lines = [f"\x1b[36m$\x1b[0m \x1b[1m{shown(words)}\x1b[0m", "", *page[:LINES]]
    svg.append(f'<g class="scene scene{number}">')
    for at, line in enumerate(lines):
        svg.append(f'<text x="16" y="{52 + at * HEIGHT}" xml:space="preserve">{spans(line)}</text>')
    svg.append("</g>")
svg.append("</svg>")
with open(out, "w") as file:
    file.write("\n".join(svg) + "\n")
