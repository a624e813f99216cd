#!/bin/sh
set -eu
mkdir -m 0777 -p "$VOL_DIR"
