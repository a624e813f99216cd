#!/bin/sh
set -eu
rm -rf "$VOL_DIR"
