"""What becomes of each keyword of an ssh_config: honoured, of no matter, or said to be neither.

Connections read the file themselves (asyncssh); what they can't do, or do otherwise on purpose,
must not be found out when a host can't be reached. Pure.
"""

from __future__ import annotations

HONOURED = frozenset(
    """
    addressfamily bindaddress canonicaldomains canonicalizefallbacklocal canonicalizehostname
    canonicalizemaxdots canonicalizepermittedcnames casignaturealgorithms certificatefile
    challengeresponseauthentication ciphers compression hostkeyalgorithms hostkeyalias hostname
    identitiesonly identityagent identityfile kbdinteractiveauthentication kexalgorithms macs
    passwordauthentication pkcs11provider port preferredauthentications proxyjump
    pubkeyauthentication rekeylimit sendenv setenv tag tcpkeepalive user
    """.split()
)
"""asyncssh does them."""

OF_NO_MATTER = frozenset(
    """
    addkeystoagent batchmode clearallforwardings controlmaster controlpath controlpersist
    enableescapecommandline escapechar exitonforwardfailure fingerprinthash forkafterauthentication
    hashknownhosts ignoreunknown ipqos loglevel logverbose nohostauthenticationforlocalhost
    numberofpasswordprompts obscurekeystroketiming requesttty requiredrsasize serveralivecountmax
    serveraliveinterval stdinnull streamlocalbindmask streamlocalbindunlink syslogfacility
    updatehostkeys usekeychain visualhostkey warnweakcrypto xauthlocation
    connectionattempts
    """.split()
)
"""For people at a terminal, or Overseer does as much by itself."""

_FORWARDS = "nothing is forwarded on Overseer's connections"
_OFF = {"no", "none", "false"}

_REASONS = {
    "proxycommand": "it runs on this machine, as Overseer, and needs its program here; "
    "ProxyJump needs none and checks the host key of each hop",
    "stricthostkeychecking": "host keys are always checked: ./overseer hosts trust NAME",
    "userknownhostsfile": "trusted keys are in Overseer's known_hosts and in "
    "~/.ssh/known_hosts; write another file as `hosts: {known_hosts: …}` into overseer.yaml",
    "globalknownhostsfile": "trusted keys are in Overseer's known_hosts and in ~/.ssh/known_hosts",
    "knownhostscommand": "no program is asked for host keys: ./overseer hosts trust NAME",
    "verifyhostkeydns": "host keys are not looked up in the DNS: ./overseer hosts trust NAME",
    "connecttimeout": "`hosts: {connect_timeout: …}` in overseer.yaml counts for every host",
    "remotecommand": "only a plan's commands are run",
    "localcommand": "only a plan's commands are run",
    "permitlocalcommand": "only a plan's commands are run",
    "sessiontype": "only a plan's commands are run",
    "forwardagent": _FORWARDS,
    "forwardx11": _FORWARDS,
    "forwardx11trusted": _FORWARDS,
    "forwardx11timeout": _FORWARDS,
    "localforward": _FORWARDS,
    "remoteforward": _FORWARDS,
    "dynamicforward": _FORWARDS,
    "tunnel": _FORWARDS,
    "tunneldevice": _FORWARDS,
    "gatewayports": _FORWARDS,
    "gssapiauthentication": "Kerberos is not used; a key, an agent or a password is",
    "gssapidelegatecredentials": "Kerberos is not used; a key, an agent or a password is",
    "gssapikeyexchange": "Kerberos is not used; a key, an agent or a password is",
    "hostbasedauthentication": "Overseer logs in as itself: a key, an agent or a password",
    "enablesshkeysign": "Overseer logs in as itself: a key, an agent or a password",
}
_STRICT = {"yes", "true", "ask"}


def not_honoured(keyword: str, words: list[str]) -> str:
    """`StrictHostKeyChecking no: …` when this line can't be honoured, else empty.

    `keyword` is in lower case; the value of what is not known may be private and is left out.
    """
    value = " ".join(words).lower()
    if keyword in HONOURED or keyword in OF_NO_MATTER:
        return ""
    if keyword == "stricthostkeychecking" and value in _STRICT:
        return ""
    if value in _OFF and keyword not in {"stricthostkeychecking", "userknownhostsfile"}:
        return ""  # what is switched off needs no honouring
    shown = f"{_spelt(keyword)} {value}" if keyword == "stricthostkeychecking" else _spelt(keyword)
    return f"{shown}: {_REASONS.get(keyword, 'it has no counterpart here')}"


_SPELT = {
    name.lower(): name
    for name in """
    ProxyCommand StrictHostKeyChecking UserKnownHostsFile GlobalKnownHostsFile KnownHostsCommand
    VerifyHostKeyDNS ConnectTimeout RemoteCommand LocalCommand PermitLocalCommand SessionType
    ForwardAgent ForwardX11 ForwardX11Trusted ForwardX11Timeout LocalForward RemoteForward
    DynamicForward Tunnel TunnelDevice GatewayPorts GSSAPIAuthentication GSSAPIDelegateCredentials
    GSSAPIKeyExchange HostbasedAuthentication EnableSSHKeysign
    """.split()
}


def _spelt(keyword: str) -> str:
    """As the manual page writes it."""
    return _SPELT.get(keyword, keyword)
