# Every command a person runs. `just` alone lists them. `npm install` brings just itself: npx just.

[private]
default:
    @just --list

# The whole playground without Docker, in this terminal; Ctrl-C stops it
play:
    npm start
