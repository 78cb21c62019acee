"""Hosts: this machine and those over SSH, behind one `HostRunner`.

`router.Hosts` is what the composition root builds; it sends each call to `local.LocalRunner`
or `ssh.SshRunner`. Both are a `runner.CarrierRunner` (how a read, a change and its recovery
go) on a *carrier* (how an argv gets to the machine). The change protocol, as scripts and as
frames, is in `scripts` and `frames`. asyncssh is imported by `dial`, `pool` and `ssh` alone.
"""
