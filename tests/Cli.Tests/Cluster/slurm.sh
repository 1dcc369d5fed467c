#!/usr/bin/env bash
# A Slurm job array on a cluster of this machine alone. Its tasks are killed half-way, and the same call then goes on with what they left.
# Usage: slurm.sh WORK MODEL INPUT COMMAND...  The results are WORK/scores-{1,2,3}.jsonl.
set -euo pipefail
work=$1 model=$2 input=$3
shift 3
command=$*
# Daemons keep what they are started with: a pipe would stay open for them.
exec > "$work/log" 2>&1 < /dev/null
export SLURM_CONF=$work/slurm.conf

clean() {
    set +e
    scancel --state=RUNNING
    for daemon in slurmd slurmctld munged; do
        [ ! -s "$work/$daemon.pid" ] || kill "$(cat "$work/$daemon.pid")"
    done
    sleep 1
} 2>/dev/null
trap clean EXIT

mkdir -p "$work/spool" "$work/state" "$work/munge"
chmod 755 "$work/munge"
head -c 1024 /dev/urandom > "$work/munge/key"
chmod 400 "$work/munge/key"
munged --force --key-file "$work/munge/key" --socket "$work/munge/socket" --pid-file "$work/munged.pid" --log-file "$work/munge/log" \
    --seed-file "$work/munge/seed"
cat > "$SLURM_CONF" <<CONF
ClusterName=test
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthInfo=socket=$work/munge/socket
CryptoType=crypto/munge
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
SlurmctldPort=16817
SlurmdPort=16818
ProctrackType=proctrack/pgid
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SwitchType=switch/none
MpiDefault=none
SlurmdParameters=config_overrides
ReturnToService=2
KillWait=1
NodeName=$(hostname -s) NodeAddr=127.0.0.1 CPUs=3 RealMemory=500 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP OverSubscribe=FORCE:3
CONF
slurmctld -L "$work/slurmctld.log"
slurmd -L "$work/slurmd.log"
for _ in $(seq 100); do
    sinfo -h -o %T 2>/dev/null | grep -q idle && break
    sleep 0.2
done
sinfo -h -o %T | grep -q idle || { tail -n 5 "$work/slurmctld.log" "$work/slurmd.log" >&2; exit 1; }

share() {
    sbatch --parsable --array=1-3 --output "$work/task-%a.log" --open-mode=append --wrap \
        "exec $command score --model $model --input $input --shard \$SLURM_ARRAY_TASK_ID/3 --output $work/scores-\$SLURM_ARRAY_TASK_ID.jsonl --resume --on-error skip --threads 1"
}

job=$(share)
for i in 1 2 3; do
    until [ -s "$work/scores-$i.jsonl.partial" ]; do
        [ ! -e "$work/scores-$i.jsonl" ] || { echo "task $i ended before it was killed; give it more rows" >&2; exit 1; }
        [ -n "$(squeue -h -j "$job" 2>/dev/null)" ] || { cat "$work"/task-*.log >&2; exit 1; }
        sleep 0.05
    done
done
scancel --signal=KILL --full "$job"
while [ -n "$(squeue -h -j "$job" 2>/dev/null)" ]; do sleep 0.1; done
for i in 1 2 3; do
    [ ! -e "$work/scores-$i.jsonl" ] || { echo "task $i was not killed half-way" >&2; exit 1; }
    wc -l < "$work/scores-$i.jsonl.partial" > "$work/kept-$i"
done
job=$(share)
while [ -n "$(squeue -h -j "$job" 2>/dev/null)" ]; do sleep 0.1; done
for i in 1 2 3; do
    [ -e "$work/scores-$i.jsonl" ] || { cat "$work/task-$i.log" >&2; exit 1; }
done
