//! The kustomization file, typed.
