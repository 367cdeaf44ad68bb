#!/bin/sh
# Starts HyperDX with the connection and the sources that its first team gets. The image wants both as JSON in its environment: they are
# the files that both ways to run read, and to the connection comes the password of ClickHouse's reading user.
set -eu

DEFAULT_SOURCES=$(cat /etc/click-ai-content/sources.json)
DEFAULT_CONNECTIONS=$(node -p 'JSON.stringify([{
  ...require("/etc/click-ai-content/connection.json"),
  host: "http://clickhouse:8123",
  username: "hyperdx",
  password: process.env.CLICKHOUSE_HYPERDX_PASSWORD,
}])')
export DEFAULT_SOURCES DEFAULT_CONNECTIONS
unset CLICKHOUSE_HYPERDX_PASSWORD

exec sh /etc/local/entry.sh
