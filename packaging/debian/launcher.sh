#!/bin/sh
# The Node that comes with sigsweep runs it. It runs as root: nothing of whoever calls it may hand that Node code to run,
# a folder to load code from, or one to write into.
unset NODE_OPTIONS NODE_PATH NODE_COMPILE_CACHE NODE_V8_COVERAGE NODE_REPL_EXTERNAL_MODULE
unset OPENSSL_CONF OPENSSL_MODULES OPENSSL_ENGINES
exec /usr/lib/sigsweep/node /usr/lib/sigsweep/dist/program/cli/main.js "$@"
