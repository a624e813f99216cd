//! JSON patch (RFC 6902) as Kustomize's library does it, quirks included.
