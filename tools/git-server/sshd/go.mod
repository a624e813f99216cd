// What takes the place of OpenSSH's server in tests where that is not installed.

module gitopsc.dev/tools/git-server/sshd

go 1.26

require golang.org/x/crypto v0.48.0

require golang.org/x/sys v0.46.0 // indirect
