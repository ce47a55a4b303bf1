#!/bin/sh
# Runs a script under a systemd of its own, and gives what the script prints: live-systemd.sh FOLDER SCRIPT
# The manager is a user's, of root, so it does what the system's does with a service; it has its own processes, control groups, mounts and
# /run, and what lies in /etc/systemd/system is FOLDER/units. All of it is gone at the end.
set -eu
folder=$1 script=$2
groups="/sys/fs/cgroup/systemd/keysweep-$$ /sys/fs/cgroup/unified/keysweep-$$"
mkdir -p "$folder/units" $groups
leave() {
  for group in $groups; do find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || :; done
}
trap leave EXIT
FOLDER=$folder SCRIPT=$script GROUPS_OF=$groups timeout -s KILL 100 sh -c '
  for group in $GROUPS_OF; do echo $$ > "$group/cgroup.procs"; done
  exec unshare --fork --kill-child --pid --mount --cgroup --mount-proc --propagation private sh -eu -c "
    mount -t tmpfs none /sys/fs/cgroup
    mkdir /sys/fs/cgroup/systemd /sys/fs/cgroup/unified
    mount -t cgroup -o none,name=systemd none /sys/fs/cgroup/systemd
    mount -t cgroup2 none /sys/fs/cgroup/unified
    mount -t tmpfs -o mode=755 none /run
    mkdir -p /run/user/0/systemd /run/systemd/system
    mount --bind \"\$FOLDER/units\" /etc/systemd/system
    export XDG_RUNTIME_DIR=/run/user/0 SYSTEMD_UNIT_PATH=/etc/systemd/system:
    /lib/systemd/systemd --user --log-target=null &
    for try in \$(seq 300); do systemctl --user is-system-running --wait >/dev/null 2>&1 && break; sleep 0.1; done
    cp -a /run/user/0/systemd/inaccessible /run/systemd/
    exec sh \"\$SCRIPT\"
  "'
