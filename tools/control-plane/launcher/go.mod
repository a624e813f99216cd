// The launcher has no dependencies, so that it builds in seconds.

module gitopsc.dev/tools/control-plane/launcher

go 1.26
