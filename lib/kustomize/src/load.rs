//! Finding what a kustomization names: paths, links, load restrictions.
