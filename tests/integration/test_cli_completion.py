# SPDX-License-Identifier: GPL-3.0-or-later
"""The completions, by completing in the shells themselves."""
import os
import pathlib
import pty
import select
import shutil
import subprocess
import time

import pytest

import cli
from cli import MINUTE, NEVER, PATIENCE, ROOT, stop

bus, environment, daemon, ctl = cli.fixtures

COMPLETIONS = ROOT / "cli" / "completions"
DIALECTS = ["bash", "zsh", "fish"]


def bash(line, env):
    """Fills in what readline would, and calls the function."""
    script = f"""
        source {COMPLETIONS}/backcarectl.bash
        COMP_LINE=$1 COMP_POINT=${{#1}}
        # readline's own splitting: at blanks and at "="
        spaced=${{1//=/ = }}
        read -ra COMP_WORDS <<<"$spaced"
        [[ $1 == *' ' || $1 == *= ]] && COMP_WORDS+=('')
        COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
        _backcarectl 2>/dev/null
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    out = subprocess.run(["bash", "--norc", "-c", script, "bash", line], env=env, capture_output=True,
                         text=True, timeout=PATIENCE)
    return set(out.stdout.split())


def fish(line, env):
    script = f"source {COMPLETIONS}/backcarectl.fish; complete --do-complete $argv[1]"
    out = subprocess.run(["fish", "--no-config", "-c", script, line], env=env, capture_output=True, text=True,
                         timeout=PATIENCE)
    assert out.stderr == ""
    return {text.split("\t")[0] for text in out.stdout.splitlines()}


ZSH_SETUP = """
PROMPT=; RPROMPT=; unsetopt zle_bracketed_paste prompt_sp beep 2>/dev/null
fpath=({fpath} $fpath)
autoload -Uz compinit && compinit -u -D
zstyle ':completion:*' list-prompt ''
# Whatever would be offered goes to a file in place of the screen.
compadd() {{
    if [[ ${{@[1,(i)(-|--)]}} == *-(O|A|D)* ]]; then builtin compadd "$@"; return; fi
    typeset -ga __hits; __hits=()
    builtin compadd -A __hits "$@"
    print -rl -- $__hits >>{hits}
    builtin compadd "$@"
}}
finish() {{ print -r -- end >>{hits}; exit 0 }}
zle -N finish; bindkey '^X' finish
zle -C complete-all list-choices _main_complete; bindkey '^T' complete-all
print -r -- ready
"""


def zsh(line, env):
    """zsh completes only at its line editor, so on a terminal."""
    home = pathlib.Path(env["HOME"])
    hits = home / "hits"
    hits.unlink(missing_ok=True)
    (home / ".zshrc").write_text(ZSH_SETUP.format(fpath=COMPLETIONS, hits=hits))
    ours, theirs = pty.openpty()
    process = subprocess.Popen(["zsh", "--no-globalrcs", "-i"], env={**env, "ZDOTDIR": str(home)},
                               stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
    os.close(theirs)
    try:
        seen, sent, deadline = b"", False, time.monotonic() + PATIENCE
        while process.poll() is None:
            assert time.monotonic() < deadline, seen
            if not select.select([ours], [], [], 0.1)[0]:
                continue
            try:
                seen += os.read(ours, 4096)
            except OSError:  # it has ended
                break
            if b"ready" in seen and not sent:
                sent = True
                os.write(ours, line.encode() + b"\x14\x18")
        assert process.wait(PATIENCE) == 0, seen
    finally:
        stop(process)
        os.close(ours)
    found = hits.read_text().split("\n")
    assert "end" in found
    return {hit for hit in found if hit and hit != "end"}


COMPLETE = {"bash": bash, "zsh": zsh, "fish": fish}


@pytest.fixture(params=DIALECTS)
def complete(request, environment):
    assert shutil.which(request.param), f"{request.param} is not installed"
    return lambda line: COMPLETE[request.param](line, environment)


def names(hits):
    """bash and fish give options with their dashes and "=" where there is one."""
    return {hit.rstrip("=") for hit in hits}


def test_verbs(complete, ctl):
    hits = complete("backcarectl ")
    assert {"status", "snooze", "inhibit", "another"} <= hits
    assert "_complete" not in hits and "list" in hits
    assert {"show", "snooze", "skip", "start", "status", "simulate"} == complete("backcarectl s")


def test_options(complete):
    assert {"--json", "--format", "--follow", "--help", "--version"} <= names(complete("backcarectl status --"))
    assert {"--until", "--until-resume"} <= names(complete("backcarectl pause --"))
    assert "--json" not in names(complete("backcarectl snooze --"))


def test_choices(complete):
    assert complete("backcarectl posture ") == {"sitting", "standing", "walking"}
    assert complete("backcarectl posture st") == {"standing"}
    assert complete("backcarectl feedback ") == {"better", "same", "hurts"}
    assert complete("backcarectl config ") == {"check", "show", "edit", "path"}


def test_profile(complete, environment):
    assert complete("backcarectl profile ") == {"show", "set", "add-condition", "clear-condition"}
    assert {"place", "tools", "pregnancy-due"} <= complete("backcarectl profile set ")
    assert complete("backcarectl profile add-condition kne") == {"knee-problem"}
    assert complete("backcarectl profile clear-condition ") == set()
    directory = pathlib.Path(environment["HOME"]) / ".config/backcare"
    directory.mkdir(parents=True)
    (directory / "backcare.conf").write_text("[profile]\nconditions = rash@neck, bruise\n")
    assert complete("backcarectl profile clear-condition ") == {"rash@neck", "bruise"}


def test_format(complete):
    hits = {hit.removeprefix("--format=") for hit in complete("backcarectl status --format=")}
    assert hits == {"plain", "waybar"}


def test_breaks_from_the_daemon(complete, daemon):
    daemon.set(Breaks=[[name, MINUTE, MINUTE, 0, 0, NEVER]
                       for name in ("stretch", "größe", "a b", "$(x)", "-l")])
    assert complete("backcarectl start ") == {"stretch", "größe"}


def test_the_wind_down_while_it_is_proposed(complete, daemon):
    """It is in no list of breaks, and `start wind-down` begins it while it stands, but not at noon."""
    daemon.set(Breaks=[["stretch", MINUTE, MINUTE, 0, 0, NEVER]])
    assert complete("backcarectl start ") == {"stretch"}
    daemon.set(Prompt=["wind-down", "evening-wind-down", 1, 1])
    assert complete("backcarectl start ") == {"stretch", "wind-down"}
    daemon.set(Prompt=["stretch", "chin-tuck", 1, 1])
    assert complete("backcarectl start ") == {"stretch"}


def test_breaks_without_a_daemon(complete):
    assert complete("backcarectl start ") == set()


def test_exercises_of_the_catalogue(complete, environment):
    directory = pathlib.Path(environment["HOME"]) / ".local/share/backcare/catalogue"
    directory.mkdir(parents=True)
    (directory / "mine.ini").write_text("# [no]\n[my-stretch]\ntitle = [x]\n [my-other] ; here\n[a b]\n[open\n")
    (directory / "notes.txt").write_text("[not-this]\n")
    for line in ("backcarectl start --exercise ", "backcarectl feedback hurts "):
        hits = complete(line)
        assert {"my-stretch", "my-other"} <= hits
        assert not {"no", "x", "a b", "not-this"} & hits


def test_command_of_inhibit(complete):
    assert "sleep" in complete("backcarectl inhibit --why x -- slee")


def test_hidden_verb_is_quick_and_silent(ctl, daemon):
    daemon.order(hang=True)
    begin = time.monotonic()
    result = ctl("_complete", "breaks")
    assert (result.status, result.out, result.err) == (0, "", "")
    assert time.monotonic() - begin < 3
