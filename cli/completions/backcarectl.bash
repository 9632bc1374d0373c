# SPDX-License-Identifier: GPL-3.0-or-later
# bash completion for backcarectl; needs nothing beside bash.

_backcarectl() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
    local verbs='status why start done skip snooze another feedback pause resume posture inhibit list show catalogue profile config reload record doctor simulate'
    local verb='' words='' options='--help --version' n=0 i

    COMPREPLY=()
    # "--format=wa" comes as three words.
    if [[ $cur == '=' ]]; then
        cur=''
    elif [[ $prev == '=' ]]; then
        prev=${COMP_WORDS[COMP_CWORD-2]}
    fi
    for ((i = 1; i < COMP_CWORD; i++)); do
        if [[ -z $verb && ${COMP_WORDS[i]} != -* ]]; then
            verb=${COMP_WORDS[i]}
        elif [[ $verb == inhibit && ${COMP_WORDS[i]} == -- ]]; then
            # What follows is another command's to complete.
            if declare -F _command_offset >/dev/null; then
                _command_offset $((i + 1))
            else
                mapfile -t COMPREPLY < <(compgen -c -- "$cur")
            fi
            return
        elif [[ -n $verb && ${COMP_WORDS[i]} != -* && ${COMP_WORDS[i-1]} != --exercise ]]; then
            n=$((n + 1))
        fi
    done

    case $verb:$prev in
    status:--format) words='plain waybar' options='' ;;
    start:--exercise) words=$(backcarectl _complete exercises 2>/dev/null) options='' ;;
    pause:--until | inhibit:--why | inhibit:--who) return ;;
    record:--for) return ;;
    list:--region) words='lower-back mid-back upper-back shoulders neck hips glutes hamstrings whole-body' options='' ;;
    list:--kind) words='massage mobility stretch strength breathing posture tip routine' options='' ;;
    list:--tool) words='hands wall chair foam-roller massage-ball massage-stick handheld-massager partner' options='' ;;
    simulate:--config | list:--config | show:--config)
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
        compopt -o filenames 2>/dev/null
        return
        ;;
    :*) words=$verbs ;;
    status:*) options+=' --json --format= --follow' ;;
    why:*) options+=' --json' ;;
    doctor:*) options+=' --json' ;;
    start:*)
        options+=' --exercise'
        ((n == 0)) && [[ $cur != -* ]] && words=$(backcarectl _complete breaks 2>/dev/null)
        ;;
    feedback:*)
        ((n == 0)) && words='better same hurts'
        ((n == 1)) && words=$(backcarectl _complete exercises 2>/dev/null)
        ;;
    pause:*) options+=' --until --until-resume' ;;
    posture:*) ((n == 0)) && words='sitting standing walking' ;;
    inhibit:*) options+=' --why --who' ;;
    list:*) options+=' --region --kind --tool --all --config --json' ;;
    show:*)
        options+=' --config --json'
        ((n == 0)) && [[ $cur != -* ]] && words=$(backcarectl _complete exercises 2>/dev/null)
        ;;
    catalogue:*)
        ((n == 0)) && words='check'
        if ((n == 1)) && [[ $cur != -* ]]; then
            mapfile -t COMPREPLY < <(compgen -f -- "$cur")
            compopt -o filenames 2>/dev/null
            return
        fi
        ;;
    profile:*)
        options+=' --json --yes'
        ((n == 0)) && words='show set add-condition clear-condition'
        ((n == 1)) && case $prev in
        set) words='tools place partner focus goals pregnancy-due prenatal-flow max-intensity language emergency-number advice-number' ;;
        add-condition) words=$(backcarectl _complete conditions 2>/dev/null) ;;
        clear-condition) words=$(backcarectl _complete own-conditions 2>/dev/null) ;;
        esac
        ;;
    config:*)
        options+=' --json'
        ((n == 0)) && words='check show edit path'
        if ((n == 1)) && [[ $prev == check && $cur != -* ]]; then
            mapfile -t COMPREPLY < <(compgen -f -- "$cur")
            compopt -o filenames 2>/dev/null
            return
        fi
        ;;
    record:*)
        options+=' --for --force'
        if [[ $cur != -* ]]; then
            mapfile -t COMPREPLY < <(compgen -f -- "$cur")
            compopt -o filenames 2>/dev/null
            return
        fi
        ;;
    simulate:*)
        options+=' --config --json'
        if [[ $cur != -* ]]; then
            mapfile -t COMPREPLY < <(compgen -f -- "$cur")
            compopt -o filenames 2>/dev/null
            return
        fi
        ;;
    esac

    [[ $cur == -* ]] && words=$options
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
    [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null
    return 0
}

complete -F _backcarectl backcarectl
