#!/bin/sh
# Starts HyperDX with the connection and the sources that its first team gets. The image wants both as JSON in its environment:
# the sources are the file that both ways to run read, the connection holds the password of ClickHouse's reading user.
set -eu

DEFAULT_SOURCES=$(cat /etc/click-ai-content/sources.json)
DEFAULT_CONNECTIONS=$(node -p 'JSON.stringify([{
  name: "local",
  host: "http://clickhouse:8123",
  username: "hyperdx",
  password: process.env.CLICKHOUSE_HYPERDX_PASSWORD,
}])')
export DEFAULT_SOURCES DEFAULT_CONNECTIONS
unset CLICKHOUSE_HYPERDX_PASSWORD

exec sh /etc/local/entry.sh
