//go:build tools

// Package kwok exists for its go.mod: it names the command that plays the kubelets in the control plane
// for tests.
package kwok

import _ "sigs.k8s.io/kwok/cmd/kwok"
