#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Boots a real systemd in namespaces of its own, on an overlay over this machine's root: nothing of the machine
# is written, none of its services, mounts, devices or networks is touched, and all is gone with the last
# process. Started by harness.py:
#
#   boot.sh outer WORK NAME LAYER   in a private mount namespace; WORK is an empty directory to mount things in,
#                                   NAME that of the control group to make, LAYER a directory laid over the root
#                                   (an installation made with DESTDIR)
#   boot.sh inner WORK              as process 1 of the new namespaces; becomes systemd
#   boot.sh clean WORK NAME         in a private mount namespace again: removes the control group
set -eu

outer() {
    local work=$1 name=$2 layer=$3
    mount -t tmpfs -o mode=0755 backcare-host "$work"
    # A copy, as layers of an overlay must not lie within each other, and the root is one.
    cp -a "$layer" "$work/installed"
    mkdir "$work/cgroup"
    mount -t cgroup2 none "$work/cgroup"
    mkdir "$work/cgroup/$name"
    echo $$ >"$work/cgroup/$name/cgroup.procs"
    exec unshare --mount --propagation private --pid --fork --kill-child=KILL --cgroup --uts --ipc --net \
        bash "$0" inner "$work"
}

clean() {
    local work=$1 name=$2
    mount -t cgroup2 none "$work"
    # The kernel refuses to remove a group that has a member, so this can take nothing from anybody.
    [ ! -d "$work/$name" ] || find "$work/$name" -depth -type d -exec rmdir '{}' +
}

# One overlay: $1 what lies below, $2 where it is mounted. Upper layers live in the tmpfs.
n_layers=0
overlay() {
    n_layers=$((n_layers + 1))
    mkdir -p "$work/layer$n_layers/upper" "$work/layer$n_layers/work"
    mount -t overlay overlay -o "lowerdir=$1,upperdir=$work/layer$n_layers/upper,workdir=$work/layer$n_layers/work" "$2"
}

make_root() {
    local layer=$work/installed dir
    overlay "$layer:/" "$root"
    # An overlay doesn't see what is mounted below: bring in the parts of the system that are file systems of
    # their own. /home, /srv and the like stay out of sight.
    for dir in usr etc var opt; do
        mountpoint -q "/$dir" || continue
        if [ -d "$layer/$dir" ]; then overlay "$layer/$dir:/$dir" "$root/$dir"; else overlay "/$dir" "$root/$dir"; fi
    done
    for dir in run tmp home var/log var/lib/systemd etc/systemd/system etc/systemd/user; do
        mkdir -p "$root/$dir"
        mount -t tmpfs -o mode=0755 "backcare-host-${dir##*/}" "$root/$dir"
    done
    chmod 1777 "$root/tmp"
    mkdir "$root/var/log/journal" # only a kept journal is split by user, and so readable by them
    # Generators would turn this machine's disks, init scripts and autostart files into units.
    for dir in usr/lib/systemd/system-generators etc/systemd/system-generators usr/lib/systemd/user-generators \
        etc/systemd/user-generators; do
        [ ! -d "$root/$dir" ] || mount -t tmpfs -o mode=0755 backcare-host-generators "$root/$dir"
    done
    tr -d - </proc/sys/kernel/random/uuid >"$root/etc/machine-id"
    : >"$root/etc/fstab"
    echo backcare-host >"$root/etc/hostname"
}

make_api_mounts() {
    local node
    mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
    # Read-only, as in any container: then systemd's units that would act on the kernel skip themselves.
    mount --bind "$root/proc/sys" "$root/proc/sys"
    mount -o remount,bind,ro "$root/proc/sys"
    mount -t sysfs -o nosuid,nodev,noexec,ro sysfs "$root/sys"
    mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 "$root/sys/fs/cgroup"
    # A kernel that can't suspend makes logind refuse to. It reads this at its start.
    echo 'freeze mem disk' >"$work/power-state"
    [ ! -e "$root/sys/power/state" ] || mount --bind "$work/power-state" "$root/sys/power/state"
    mount -t tmpfs -o mode=0755,nosuid backcare-host-dev "$root/dev"
    for node in null zero full random urandom tty; do
        : >"$root/dev/$node"
        mount --bind "/dev/$node" "$root/dev/$node"
    done
    mkdir "$root/dev/pts" "$root/dev/shm"
    mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts "$root/dev/pts"
    mount -t tmpfs -o mode=1777,nosuid,nodev backcare-host-shm "$root/dev/shm"
    ln -s pts/ptmx "$root/dev/ptmx"
    ln -s /proc/self/fd "$root/dev/fd"
    # What systemd says goes to whoever started us.
    : >"$root/dev/console"
    mount --bind "/proc/self/fd/1" "$root/dev/console" 2>/dev/null || ln -sf null "$root/dev/console"
}

make_units() {
    local units=$root/run/systemd/system unit
    mkdir -p "$units/systemd-suspend.service.d"
    for unit in dev-hugepages.mount sys-kernel-debug.mount sys-kernel-tracing.mount sys-kernel-config.mount \
        sys-fs-fuse-connections.mount proc-sys-fs-binfmt_misc.automount; do
        ln -s /dev/null "$units/$unit"
    done
    cat >"$units/backcare-host.target" <<'UNIT'
[Unit]
Description=What a desktop session needs, and nothing else
Requires=basic.target
Wants=dbus.service systemd-logind.service systemd-user-sessions.service
After=basic.target dbus.service systemd-logind.service systemd-user-sessions.service
UNIT
    # Asleep until the test writes a line: everything of a suspend but the hardware.
    cat >"$units/systemd-suspend.service.d/fake.conf" <<'UNIT'
[Service]
ExecStart=
ExecStart=/bin/sh -c 'read -r line </run/backcare-host-wake'
UNIT
    mkfifo "$root/run/backcare-host-wake"
}

inner() {
    work=$1
    root=$work/root
    mkdir "$root"
    make_root
    make_api_mounts
    make_units
    hostname backcare-host
    chroot "$root" useradd --create-home --shell /bin/sh --user-group tester
    cd "$root"
    mkdir -p run/old
    pivot_root . run/old
    umount -l /run/old
    rmdir /run/old
    export container=backcare-host
    exec env -i container="$container" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        /lib/systemd/systemd --system --unit=backcare-host.target --log-target=console --show-status=0
}

verb=$1
shift
case $verb in
outer | inner | clean) "$verb" "$@" ;;
*)
    echo "boot.sh: unknown verb '$verb'" >&2
    exit 2
    ;;
esac
