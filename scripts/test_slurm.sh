#!/usr/bin/env bash
# scripts/test_slurm.sh: makes a data set as a job array on a real Slurm cluster (a controller and
# two nodes) that it starts on this machine, kills one task, requeues that one and a running one, and
# compares what comes out with a run without a cluster, byte for byte. The programs are those of
# GLYPHMILL_BIN, else of build/release, which is built then. Nothing outside a temporary directory is
# touched, every address is the loopback.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
started=$SECONDS
"$root/scripts/setup.sh" --slurm
installed=$SECONDS
if [[ -z ${GLYPHMILL_BIN-} ]]; then
  (cd "$root" && scripts/run.sh augment_batch --version >/dev/null)
  GLYPHMILL_BIN=$root/build/release/bin
fi
GLYPHMILL_BIN=$(cd "$GLYPHMILL_BIN" && pwd)
export GLYPHMILL_BIN
PATH=$PATH:/usr/sbin

parts=8
shards_of_part=8
count=24000
dir=$(mktemp -d "${TMPDIR:-/tmp}/glyphmill-slurm-XXXXXX")
chmod 755 "$dir"  # munged's socket must be reachable
export SLURM_CONF=$dir/slurm.conf

say() { echo "-- $((SECONDS - started)) s: $*"; }

stop_daemons() {
  local daemon pid pids=()
  for daemon in slurmd.n0 slurmd.n1 slurmctld munged; do
    if pid=$(cat "$dir/run/$daemon.pid" 2>/dev/null) && kill "$pid" 2>/dev/null; then
      pids+=("$pid")
    fi
  done
  for pid in "${pids[@]}"; do
    for _ in {1..100}; do
      kill -0 "$pid" 2>/dev/null || continue 2
      sleep 0.1
    done
    kill -9 "$pid" 2>/dev/null || true
  done
}

# What still runs is told to stop, lest it outlive the daemons.
cancel_jobs() {
  timeout 5 scancel --user "$(id -un)" 2>/dev/null || return 0
  for _ in {1..50}; do
    [[ -n $(timeout 5 squeue -h 2>/dev/null) ]] || return 0
    sleep 0.1
  done
}

leave() {
  local code=$?
  trap - EXIT
  [[ $code -eq 0 ]] || cancel_jobs
  stop_daemons
  if [[ $code -ne 0 ]]; then
    echo "test_slurm.sh: failed after $((SECONDS - started)) s" >&2
    tail -n 20 "$dir"/log/* "$dir"/task-* >&2 2>/dev/null || true
  fi
  rm -rf "$dir"
  exit "$code"
}
trap leave EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

fail() {
  echo "test_slurm.sh: $*" >&2
  exit 1
}

# Waits until a command succeeds: await SECONDS WHAT COMMAND...
await() {
  local until=$((SECONDS + $1)) what=$2
  shift 2
  until "$@"; do
    ((SECONDS < until)) || fail "$what: waited in vain"
    sleep 0.05
  done
}

client() { timeout 10 "$@"; }

write_configuration() {
  local host ports user
  host=$(hostname -s)
  user=$(id -un)
  read -ra ports < <(/usr/bin/python3 - <<'PORTS'
import socket
sockets = [socket.socket() for _ in range(3)]
for one in sockets:
    one.bind(("127.0.0.1", 0))
print(*(one.getsockname()[1] for one in sockets))
PORTS
  )
  cat >"$SLURM_CONF" <<CONF
ClusterName=loop
SlurmctldHost=$host(127.0.0.1)
SlurmUser=$user
SlurmdUser=$user
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=$dir/run/munge.socket
SlurmctldPort=${ports[0]}
SlurmctldPidFile=$dir/run/slurmctld.pid
SlurmdPidFile=$dir/run/slurmd.%n.pid
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool.%n
SlurmctldLogFile=$dir/log/slurmctld.log
SlurmdLogFile=$dir/log/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
MpiDefault=none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=1,batch_sched_delay=0,sched_min_interval=0
ReturnToService=2
InactiveLimit=0
KillWait=5
SlurmctldTimeout=30
SlurmdTimeout=30
Waittime=0
NodeName=n0 NodeHostname=$host NodeAddr=127.0.0.1 Port=${ports[1]} CPUs=1 State=UNKNOWN
NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 Port=${ports[2]} CPUs=1 State=UNKNOWN
PartitionName=all Nodes=n0,n1 Default=YES MaxTime=INFINITE State=UP OverSubscribe=NO
CONF
}

nodes_are_idle() { [[ $(client sinfo -h -o '%T %D' 2>/dev/null) == 'idle 2' ]]; }

start_cluster() {
  mkdir "$dir"/{state,log,run}
  write_configuration
  dd if=/dev/urandom of="$dir/run/munge.key" bs=128 count=1 status=none
  chmod 400 "$dir/run/munge.key"
  munged --key-file="$dir/run/munge.key" --socket="$dir/run/munge.socket" \
    --pid-file="$dir/run/munged.pid" --log-file="$dir/log/munged.log" \
    --seed-file="$dir/run/munged.seed"
  slurmctld
  slurmd -N n0
  slurmd -N n1
  await 20 "two idle nodes" nodes_are_idle
}

# The process of a running task, if there is one: the program itself, for the script becomes it.
process_of() {
  local id node
  read -r id node < <(client squeue -h -t RUNNING -j "$job"_"$1" -o '%A %N') || return 1
  client scontrol listpids "$id" "$node" | awk 'NR > 1 && $1 > 0 {print $1; exit}'
}

# Some shard of a task is there, and its process, which is left in `process`, still runs.
is_under_way() {
  local shard
  for ((shard = $1 * shards_of_part; shard < ($1 + 1) * shards_of_part; ++shard)); do
    if [[ -e $dir/cluster/.glyphmill/$(printf %03d "$shard").json ]]; then
      process=$(process_of "$1") && [[ -n $process ]]
      return
    fi
  done
  return 1
}

# Sets under_way to the first of some tasks that is.
one_is_under_way() {
  for under_way in "$@"; do
    ! is_under_way "$under_way" || return 0
  done
  return 1
}

# What the controller says of a task: field JobState 3.
field() { client scontrol show job "$job"_"$2" -o | sed -nE "s/.* $1=([^ ]*).*/\1/p"; }

is_in_state() { [[ $(field JobState "$1") == "$2" ]]; }

# A requeued task is held back for two minutes by default.
requeue() {
  client scontrol requeue "$job"_"$1"
  await 15 "task $1 pending" is_in_state "$1" PENDING
  client scontrol update job="$job"_"$1" StartTime=now
}

is_over() {
  local rows
  rows=$(client squeue -h -j "$job") && [[ -z $rows ]]
}

submit() {
  client sbatch --parsable --array="$1" --cpus-per-task=1 --output="$dir/task-%a.txt" \
    "$root/scripts/slurm/augment_array.sbatch" "$dir/recipe.yaml" "$dir/cluster" "$parts"
}

cat >"$dir/recipe.yaml" <<RECIPE
seed: 7
count: $count
labels: {kind: code, length: 10}
output: {format: webdataset, shard_size: $((count / parts / shards_of_part))}
RECIPE

start_cluster
say "controller and two nodes are up (packages took $((installed - started)) s)"

job=$(submit "0-$((parts - 1))")
say "array $job of $parts parts submitted"

await 30 "task 0 under way" is_under_way 0
kill -9 "$process"
await 15 "task 0 failed" is_in_state 0 FAILED
[[ ! -e $dir/cluster/manifest.json ]] || fail "finished although a task was killed"
requeue 0
say "task 0 killed midway, seen as failed, requeued"

await 30 "task 1, 2 or 3 under way" one_is_under_way 1 2 3
requeue "$under_way"
say "task $under_way requeued while it ran"

await 60 "end of the array" is_over
for ((task = 0; task < parts; ++task)); do
  is_in_state "$task" COMPLETED || fail "task $task: $(field JobState "$task")"
done
[[ $(field Restarts 0) == 1 && $(field Restarts "$under_way") == 1 ]] || fail "nothing was restarted"
say "all parts completed"

job=$(submit 3)
await 20 "end of part 3" is_over
is_in_state 3 COMPLETED || fail "a finished part again: $(field JobState 3)"
say "a finished part submitted again ended at once"

[[ -s $dir/cluster/manifest.json ]] || fail "no manifest"
lines=$(wc -l <"$dir/cluster/labels.tsv")
[[ $lines -eq $count ]] || fail "labels.tsv: must have $count lines. Got: $lines"
if [[ -x $GLYPHMILL_BIN/inspect_dataset ]]; then
  "$GLYPHMILL_BIN/inspect_dataset" "$dir/cluster" >"$dir/log/inspect.txt" || fail "inspect_dataset: $?"
  say "inspect_dataset found nothing wrong"
fi
"$GLYPHMILL_BIN/augment_batch" "$dir/recipe.yaml" -o "$dir/single" -q >/dev/null
diff -r "$dir/cluster" "$dir/single" >&2 || fail "cluster and single machine differ"
say "$count images: the same bytes as without a cluster"
