//go:build tools

// Package etcd exists for its go.mod: it names the command of etcd that the control plane for tests is
// built from.
package etcd

import _ "go.etcd.io/etcd/server/v3"
