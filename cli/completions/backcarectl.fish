# SPDX-License-Identifier: GPL-3.0-or-later
# fish completion for backcarectl.

# The verb is the first word; this holds with N words behind it, not counting options.
function __backcarectl_at
    set -l words (commandline -opc)
    set -l plain
    for word in $words[2..-1]
        string match -q -- '-*' $word; or set -a plain $word
    end
    test (count $plain) -eq (math $argv[2] + 1); and contains -- $plain[1] (string split , $argv[1])
end

function __backcarectl_verb
    set -l words (commandline -opc)
    test (count $words) -gt 1; and contains -- $words[2] $argv
end

# profile's second word, behind the one given.
function __backcarectl_profile
    set -l words (commandline -opc)
    test (count $words) -eq 3; and test $words[2] = profile; and test $words[3] = $argv[1]
end

function __backcarectl_none
    test (count (commandline -opc)) -eq 1
end

# What follows the "--" of inhibit is another command's to complete.
function __backcarectl_command
    set -l words (commandline -opc)
    set -l at (contains -i -- -- $words); or return
    set -l command $words[(math $at + 1)..-1]
    complete -C (string join ' ' -- (string escape -- $command) (commandline -ct))
end

complete -c backcarectl -f
complete -c backcarectl -s h -l help -d 'show a help'
complete -c backcarectl -l version -d 'show the version'

complete -c backcarectl -n __backcarectl_none -a status -d 'show what is counted and when the next break is due'
complete -c backcarectl -n __backcarectl_none -a why -d 'explain how the counters came about'
complete -c backcarectl -n __backcarectl_none -a start -d 'begin a guided break'
complete -c backcarectl -n __backcarectl_none -a done -d 'say that the break is done'
complete -c backcarectl -n __backcarectl_none -a skip -d 'skip the break'
complete -c backcarectl -n __backcarectl_none -a snooze -d 'be reminded later'
complete -c backcarectl -n __backcarectl_none -a another -d 'ask for another exercise'
complete -c backcarectl -n __backcarectl_none -a feedback -d 'say how an exercise was'
complete -c backcarectl -n __backcarectl_none -a pause -d 'be left alone'
complete -c backcarectl -n __backcarectl_none -a resume -d 'end a pause or a snooze'
complete -c backcarectl -n __backcarectl_none -a posture -d 'report how you work'
complete -c backcarectl -n __backcarectl_none -a inhibit -d 'hold reminders back while a command runs'
complete -c backcarectl -n __backcarectl_none -a list -d 'list the exercises that suit you'
complete -c backcarectl -n __backcarectl_none -a show -d 'show an exercise'
complete -c backcarectl -n __backcarectl_none -a catalogue -d 'check the files of the exercises'
complete -c backcarectl -n __backcarectl_none -a profile -d 'show or change what suits you'
complete -c backcarectl -n __backcarectl_none -a config -d 'check, show or edit the settings'
complete -c backcarectl -n __backcarectl_none -a reload -d 'have the daemon read its settings anew'
complete -c backcarectl -n __backcarectl_none -a record -d 'record what happens'
complete -c backcarectl -n __backcarectl_none -a doctor -d 'say what works and what does not here'
complete -c backcarectl -n __backcarectl_none -a simulate -d 'replay a trace'

complete -c backcarectl -n '__backcarectl_verb status why doctor simulate config list show profile' -l json -d 'as JSON'
complete -c backcarectl -n '__backcarectl_verb status' -l format -x -a 'plain waybar' -d 'for people, or for a status bar'
complete -c backcarectl -n '__backcarectl_verb status' -l follow -d 'write again at each change'
complete -c backcarectl -n '__backcarectl_verb start' -l exercise -x -a '(backcarectl _complete exercises 2>/dev/null)' -d 'this exercise or routine'
complete -c backcarectl -n '__backcarectl_verb pause' -l until -x -d 'until a clock time'
complete -c backcarectl -n '__backcarectl_verb pause' -l until-resume -d 'without end'
complete -c backcarectl -n '__backcarectl_verb inhibit' -l why -x -d 'the reason'
complete -c backcarectl -n '__backcarectl_verb inhibit' -l who -x -d 'who asks'
complete -c backcarectl -n '__backcarectl_verb record' -l for -x -d 'end by itself after this time'
complete -c backcarectl -n '__backcarectl_verb record' -l force -d 'write over a file that exists'
complete -c backcarectl -n '__backcarectl_verb simulate list show' -l config -r -F -d 'these settings'

complete -c backcarectl -n '__backcarectl_verb list' -l region -x -a 'lower-back mid-back upper-back shoulders neck hips glutes hamstrings whole-body' -d 'for this part of the body'
complete -c backcarectl -n '__backcarectl_verb list' -l kind -x -a 'massage mobility stretch strength breathing posture tip routine' -d 'of this kind'
complete -c backcarectl -n '__backcarectl_verb list' -l tool -x -a 'hands wall chair foam-roller massage-ball massage-stick handheld-massager partner' -d 'with this tool'
complete -c backcarectl -n '__backcarectl_verb list' -l all -d 'also what does not suit you'

complete -c backcarectl -n '__backcarectl_at start 0' -a '(backcarectl _complete breaks 2>/dev/null)' -d break
complete -c backcarectl -n '__backcarectl_at feedback 0' -a 'better same hurts'
complete -c backcarectl -n '__backcarectl_at feedback 1' -a '(backcarectl _complete exercises 2>/dev/null)' -d exercise
complete -c backcarectl -n '__backcarectl_at posture 0' -a 'sitting standing walking'
complete -c backcarectl -n '__backcarectl_verb profile' -l yes -d 'do not ask'
complete -c backcarectl -n '__backcarectl_at profile 0' -a 'show set add-condition clear-condition'
complete -c backcarectl -n '__backcarectl_profile set' -a 'tools place partner focus goals pregnancy-due prenatal-flow max-intensity language emergency-number advice-number'
complete -c backcarectl -n '__backcarectl_profile add-condition' -a '(backcarectl _complete conditions 2>/dev/null)'
complete -c backcarectl -n '__backcarectl_profile clear-condition' -a '(backcarectl _complete own-conditions 2>/dev/null)'
complete -c backcarectl -n '__backcarectl_at config 0' -a 'check show edit path'
complete -c backcarectl -n '__backcarectl_at config 1' -F
complete -c backcarectl -n '__backcarectl_at show 0' -a '(backcarectl _complete exercises 2>/dev/null)' -d exercise
complete -c backcarectl -n '__backcarectl_at catalogue 0' -a check
complete -c backcarectl -n '__backcarectl_at catalogue 1' -F
complete -c backcarectl -n '__backcarectl_at record 0' -F
complete -c backcarectl -n '__backcarectl_at simulate 0' -F
complete -c backcarectl -n '__backcarectl_verb inhibit' -a '(__backcarectl_command)'
