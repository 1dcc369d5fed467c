#!/usr/bin/env bash
# Three hosts, each a network namespace with an SSH server, share a scoring job by GNU parallel. They are killed half-way, and the same
# call then goes on with what they left. Usage: ssh.sh WORK MODEL INPUT COMMAND...  The results are WORK/scores-{1,2,3}.jsonl.
set -euo pipefail
work=$1 model=$2 input=$3
shift 3
command=$*
# Daemons keep what they are started with: a pipe would stay open for them.
exec > "$work/log" 2>&1 < /dev/null
name=bml$$
declare -A servers

clean() {
    set +e
    for i in 1 2 3; do
        ip netns pids "$name-$i" 2>/dev/null | xargs -r kill -9
        ip netns del "$name-$i"
    done
    ip link del "$name"
} 2>/dev/null
trap clean EXIT

ssh-keygen -q -t ed25519 -N '' -f "$work/key"
ssh-keygen -q -t ed25519 -N '' -f "$work/host"
mkdir -p /run/sshd
ip link add "$name" type bridge
ip addr add 10.77.0.254/24 dev "$name"
ip link set "$name" up
: > "$work/known"
for i in 1 2 3; do
    ip netns add "$name-$i"
    ip link add "$name$i" type veth peer name eth0 netns "$name-$i"
    ip link set "$name$i" master "$name" up
    ip -n "$name-$i" addr add "10.77.0.$i/24" dev eth0
    ip -n "$name-$i" link set lo up
    ip -n "$name-$i" link set eth0 up
    ip netns exec "$name-$i" "$(command -v sshd)" -f /dev/null -h "$work/host" -E "$work/sshd-$i.log" -o PidFile=none -o UsePAM=no \
        -o StrictModes=no -o PermitRootLogin=yes -o AuthorizedKeysFile="$work/key.pub" -o ListenAddress="10.77.0.$i"
    servers[$i]=$(ip netns pids "$name-$i" | head -1)
    echo "10.77.0.$i $(cut -d' ' -f1,2 "$work/host.pub")" >> "$work/known"
done

share() {
    parallel --will-cite --ssh "ssh -i $work/key -o UserKnownHostsFile=$work/known" --sshlogin 10.77.0.1,10.77.0.2,10.77.0.3 --jobs 1 \
        --joblog "$work/scores.log" --resume-failed \
        "$command score --model $model --input $input --shard {}/3 --output $work/scores-{}.jsonl --resume --on-error skip --threads 1" ::: 1 2 3
}

share 2> "$work/first.log" &
first=$!
for i in 1 2 3; do
    until [ -s "$work/scores-$i.jsonl.partial" ]; do
        [ ! -e "$work/scores-$i.jsonl" ] || { echo "job $i ended before it was killed; give it more rows" >&2; exit 1; }
        kill -0 $first 2>/dev/null || { cat "$work/first.log" >&2; exit 1; }
        sleep 0.05
    done
done
for i in 1 2 3; do
    ip netns pids "$name-$i" | grep -vx "${servers[$i]}" | xargs -r kill -9
done
if wait $first; then
    echo "parallel ended well, although its jobs were killed" >&2
    exit 1
fi
for i in 1 2 3; do
    [ ! -e "$work/scores-$i.jsonl" ] || { echo "job $i was not killed half-way" >&2; exit 1; }
    wc -l < "$work/scores-$i.jsonl.partial" > "$work/kept-$i"
done
share
