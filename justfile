# `just` alone lists what there is. The full stack needs Docker and nothing else; `just play` needs Node and no Docker.

set dotenv-load
set positional-arguments

stack := "docker/stack"
command := justfile_directory() / "docker/command"

# The commands ask the ClickHouse of whichever way runs, on the port that both of them publish.
export CLICKHOUSE_URL := env("CLICKHOUSE_URL", "http://localhost:" + env("CLICKHOUSE_HTTP_PORT", "8123"))

[private]
@default:
    '{{ just_executable() }}' --justfile '{{ justfile() }}' --list --unsorted --list-heading ""

# Build and start the full stack, wait until it is healthy, and show where everything is
[group("stack")]
[no-exit-message]
@up:
    {{ stack }} leave-scaled
    {{ stack }} up --build --detach --wait --wait-timeout 600
    {{ stack }} addresses

# The same with three collectors behind nginx
[group("stack")]
[no-exit-message]
@up-scaled:
    {{ stack }} leave-single
    {{ stack }} --profile scale up --build --detach --wait --wait-timeout 600 --scale otel-collector=0
    {{ stack }} addresses

# Stop everything; the data stays
[group("stack")]
[no-exit-message]
@down:
    {{ stack }} stop event-generator
    {{ stack }} leave-scaled
    {{ stack }} --profile scale down --remove-orphans

# Delete the full stack: containers, all telemetry, HyperDX's accounts, the image built here
[confirm("Delete the containers, all telemetry, HyperDX's accounts and the image built here? [y/N]")]
[group("stack")]
[no-exit-message]
@clean:
    {{ stack }} --profile scale down --remove-orphans --volumes --rmi local

# Change the load of the running drop: N times the workers of each phase
[group("drop")]
[no-exit-message]
@load *N:
    '{{ command }}' load "$@"

# Follow the event-generator's output
[group("drop")]
[no-exit-message]
@logs:
    {{ stack }} running event-generator
    {{ stack }} logs --follow --no-log-prefix --tail 50 event-generator

# Stop the event-generator; everything else keeps running
[group("drop")]
[no-exit-message]
@stop:
    {{ stack }} running event-generator
    {{ stack }} stop event-generator

# Start the event-generator again, as a new run
[group("drop")]
[no-exit-message]
@start:
    {{ stack }} running clickhouse
    {{ stack }} up --detach --wait --no-deps event-generator

# Stop and start the event-generator, with the settings as they are in .env by now
[group("drop")]
[no-exit-message]
@restart:
    {{ stack }} running clickhouse
    {{ stack }} up --detach --wait --no-deps --force-recreate event-generator

# How the drop fares and what became of its telemetry; with Docker, also what runs and whether it is healthy
[group("look")]
[no-exit-message]
@status *OPTIONS:
    '{{ command }}' status "$@"

# Does ClickHouse hold what a run has delivered: the newest, or RUN
[group("look")]
[no-exit-message]
@verify *RUN:
    '{{ command }}' verify "$@"

# One hash a signal over the rows of a run, the newest or RUN: the same seed on a simulated time gives the same ones
[group("look")]
[no-exit-message]
@fingerprint *RUN:
    '{{ command }}' fingerprint "$@"

# What arrives: rows/s and MB/s of the last 60 s; --follow goes on
[group("look")]
[no-cd]
[no-exit-message]
@bench *OPTIONS:
    '{{ command }}' bench "$@"

# Run the queries of a playbook, such as otel_queries.sql, or its Nth
[group("look")]
[no-cd]
[no-exit-message]
@query FILE="" *N:
    '{{ command }}' query "$@"

# A ClickHouse session or, with words, one statement
[group("look")]
[no-cd]
[no-exit-message]
@sql *WORDS:
    '{{ command }}' sql "$@"

# Make drops of the past, as fast as they can be stored: 6h, or --from TIME [--to TIME]
[group("history")]
[no-exit-message]
@backfill *RANGE:
    exec '{{ command }}' backfill "$@"

# Delete what a run that is over has stored: RUN, or --unfinished for all that ended in the middle of their history
[group("history")]
[no-exit-message]
@undo *RUN:
    exec '{{ command }}' undo "$@"

# Trouble with a known cause in the running drop: list, start NAME [--for 2m], stop [NAME]
[group("incidents")]
[no-exit-message]
@incident *WORDS:
    '{{ command }}' incident "$@"

# Practise: an incident starts, unknown to you, and you get the page; --history shows your progress
[group("incidents")]
[no-exit-message]
@exam *OPTIONS:
    '{{ command }}' exam "$@"

# Say what is wrong, and be graded: asks you, or takes it all as flags
[group("incidents")]
[no-exit-message]
@answer *FLAGS:
    '{{ command }}' answer "$@"

# Give up, and be told
[group("incidents")]
[no-exit-message]
@reveal:
    '{{ command }}' reveal

# Run everything without Docker
[group("no Docker")]
[no-exit-message]
@play:
    npm start

# Delete the data of the stack without Docker
[group("no Docker")]
[no-exit-message]
@reset:
    npm run reset
