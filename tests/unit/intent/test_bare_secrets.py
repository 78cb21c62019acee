"""A password of letters only is one where the words around it say so, and only there."""

import re

import pytest

from bot.domain.intents import ParseContext, Refusal
from bot.intent.at_once import wants_reading
from bot.intent.phrase_rules import understand
from bot.intent.rules import bare_secrets
from bot.intent.rules.bare_secrets import is_given
from bot.intent.rules.guards import is_pasted
from tests.unit.intent.vocabularies import own

GIVEN = """
mit Passwort Sommerregen
restart nginx on web-1 with password sommerregen
log in to app-1 with the password sommerregen and restart nginx
log in with password sunshine please
with password sommerregen restart nginx on web-1
using password hollyhock, restart nginx on web-1
use the root password butterblume on app-1
use ana's password butterblume
try password letmein
log in by password abracadabra
as root with password geheimnis
user ana, password sommerregen
user: ana password sommerregen
log in as ana and password sommerregen
the password sommerregen
Passwort Sommerregen
melde dich auf app-1 mit dem Passwort Sommerregen an
melde dich mit dem neuen Root-Passwort Sommerregen an und starte nginx neu
nimm das Passwort Sommerregen
verwende das kennwort sommerregen
mit benutzer ana und passwort sommerregen
connecte-toi à app-1 avec le mot de passe tournesol
redémarre nginx sur web-1 avec mot de passe Tournesol
utilise le mot de passe tournesol
avec l'utilisateur ana et le mot de passe tournesol
conéctate a app-1 con la contraseña girasol
reinicia nginx en web-1 con contraseña girasol
usa la contraseña girasol
con la clave girasol reinicia nginx
collegati a app-1 con la password girasole
con password girasole
usa la password girasole
log in met wachtwoord zonnebloem
gebruik het wachtwoord zonnebloem
with passphrase correct-horse-battery-staple
with password SommerRegen
with token abcdefghijkl
with password geheim
mit Passwort geheim
the login with password sommerregen fails on web-1
die Anmeldung mit Passwort Sommerregen schlägt fehl
la connexion avec mot de passe tournesol échoue
please login with password butterblume
restart web-1 and log in with password butterblume
login on web-1 with password butterblume
ssh to web-1 with password butterblume and check nginx
starte mit Passwort Sommerregen den nginx auf web-1 neu
with password sommerregen since the old one expired
with password sommerregen thx
log in to web-1 with user root and password blumentopf
ssh into web-1, password blumentopf
use root / blumentopf as password
the password of root on web-1 is blumentopf, use it
my password is blumentopf
password for root: blumentopf
restart postgresql with the password blumentopf for admin
connect to db-1 with username admin password blumentopf
connect with the postgres password Blumentopf and run `select 1`
please use password blumentopf to log in on web-1 and restart nginx
sign in using the passphrase blumentopf
with my sudo password blumentopf
sudo with password blumentopf on web-1
unlock the disk with passphrase blumentopf
decrypt it using the passphrase blumentopf on nas
reboot nas and unlock it with password blumentopf
hier ist das Passwort Blumentopf, starte nginx neu
nutze das Passwort Blumentopf um nginx neu zu starten
mit Benutzer root und Passwort Blumentopf auf web-1 einloggen
Benutzer root, Passwort Blumentopf
login root passwort blumentopf
entsperre die Platte mit dem Kennwort Blumentopf
starte postgresql auf db-1 mit Kennwort Blumentopf neu
das Sudo-Passwort Blumentopf nehmen
logg dich mit root und dem Passwort Blumentopf ein
débloque le disque avec la phrase de passe tournesols
utilise le mot de passe Tournesols pour root
connecte-toi avec root et le mot de passe tournesols
utilisateur root, mot de passe tournesols
avec le mdp tournesols
usuario root y contraseña girasoles
entra en web-1 con usuario root y contraseña girasoles
usa la contraseña girasoles para root
desbloquea el disco con la contraseña girasoles y reinicia
utente root e password girasoli
accedi a web-1 con utente root e password girasoli
usa la password girasoli per root
gebruiker root met wachtwoord zonnebloemen
log in als root met het wachtwoord zonnebloemen en herstart nginx
gebruik wachtwoord zonnebloemen voor root
with password "blumentopf"
with password 'blumentopf'
with password `blumentopf`
with password (blumentopf)
with password <blumentopf>
with passphrase correct horse battery staple
with password correct
mit Passwort sonnenschein
with password princess
with password dragon restart nginx
restart nginx on web-1 (password sommerregen)
restart nginx on web-1 - password sommerregen
restart nginx on web-1 – password sommerregen
passphrase blue horse battery staple
the passphrase is correct horse battery staple
restart nas, passphrase blue horse battery staple
das Passwort heißt sommerregen
das Root-Passwort von web-1 heisst sommerregen, starte nginx neu
sudo password sommerregen, restart nginx
password sommerregen and restart nginx on web-1
log in with password changeme
log in with password change-me
log in with password changeit
log in with password startrek
log in with password testament
log in with password fortress
log in with password problemchild
log in with password processor
log in with password countdown
log in with password test123
avec le mot de passe forteresse
mit Passwort teststrecke
con la contraseña fallera
con la clave girasol
reinicia nginx en web-1, la clave girasol
usuario ana, clave girasol
""".strip().splitlines()
SPOKEN_OF = """
with password authentication on web-1
mit Passwort-Authentifizierung
mit Passwort anmelden
the password policy
reset the password of deploy
change the password of deploy on web-1
login with password fails on web-1
is ssh with password allowed on web-1?
is ssh login with password still possible on web-1?
disable password login on web-1
disable ssh login with password on web-1
disable login by password on web-1
is login with password enabled?
which hosts allow login with password authentication?
users with password expired
users with passwords that never expire
restart the service with the password manager
use password authentication
use the password manager
try the password reset page
try password login on web-1
the login with password for web-1 fails
login with the password takes 20 seconds
login with password hangs on web-1
login with password stalls
with password prompt
with password rotation
with password hashing
with password protected shares
with a token from GitHub
with token auth
with token based auth
use token authentication on web-1
using the token exchange endpoint
with API key rotation
by password or key
by password only
with password and key
with password as well
with password instead of a key
with password rules
password policy
password manager
password reset
password expired
the password is wrong
Passwort vergessen
Passwort ändern
Passwort zurücksetzen
Passwort abgelaufen
mit Passwort einloggen
mit Passwort verbinden
mit Passwort oder Schlüssel
mit Passwort statt Schlüssel
mit Passwort geht es nicht
mit Passwort funktioniert das Login nicht
mit Passwort auf web-1 anmelden
mit Passwort!
mit Passwort geschützt
mit Passwortabfrage
mit Passwort-Abfrage auf web-1
mit dem Passwort stimmt etwas nicht
mit dem Passwort klappt es nicht
mit dem Passwortmanager
Login mit Passwort schlägt fehl
Anmeldung mit Passwort abschalten
Anmeldung mit Passwort verbieten
Anmeldung mit Passwort erlauben
Anmeldung mit Passwort deaktivieren
ist die Anmeldung mit Passwort erlaubt?
wer darf sich mit Passwort anmelden?
avec mot de passe oublié
avec mot de passe
la connexion avec mot de passe échoue sur web-1
la connexion par mot de passe est désactivée
désactive la connexion par mot de passe sur web-1
avec le mot de passe expiré
mot de passe oublié
mot de passe incorrect
con contraseña nueva
con contraseña caducada
el acceso con contraseña falla en web-1
desactiva el acceso con contraseña en web-1
contraseña olvidada
con la clave pública
con la clave privada de deploy
con clave ssh
usa la clave pública
con password scaduta
accesso con password disabilitato
l'accesso con password fallisce su web-1
password dimenticata
met wachtwoord inloggen
inloggen met wachtwoord mislukt
inloggen met wachtwoord uitzetten
wachtwoord vergeten
login and password page
restart the password service on web-1
restart vault, it rotates with the password rotation
what happens with the password reset mails?
deal with the password reset tickets
check the logs with the password errors
search the logs for password failures
does login by password work?
a user with password age over 90 days
with password length 12
login via password does not work
per password login
the new password policy
run `passwd deploy` on web-1
nginx asks for user and password twice
login as root with password not permitted
login as root with password rejected
ssh as deploy with password denied
ssh as deploy and password prompts
restart nginx, the user and password dialog is broken
user deploy password expired
user deploy password reset
user deploy password locked
account deploy password unchanged
unlock user deploy, password attempts exceeded
sign in with password returns 500
sign in with password crashes the app
restart keycloak, login with password loops
restart keycloak, sign in with password redirects forever
login with password broken since the update, restart sssd
login with password slow on web-1
login with password impossible
why is login with password slow?
why does login with password lead to a timeout?
use password hashing with argon2
with password encryption
with password quality checks
with password vault
upgrade passwd with password strength rules
enable login with password temporarily on web-1
stop nginx with token refresh errors
restart grafana with token expiry errors
restart api with token bucket limits
with api key authentication
with api key header
con la clave de acceso caducada
con el token caducado
mit Token authentifizieren
mit dem Token stimmt was nicht
mit API-Schlüssel anmelden
mit Passwort starten
mit Passwort testen
mit Kennwort schützen
avec jeton expiré
utilise la clé ssh
try the password field
type the password twice
enter the password manually
enter password manually on the console
type password there
which servers still accept ssh with password?
add a user with password expiry
show users with password aging
restart the app that logs in with password grants
with passwordless sudo
use password less ssh
restart vault with token renewal
disable login with password across all hosts
enter the passphrase when asked
type the passphrase to unlock the disk
deploy the release with token introspection disabled
clean up tmp with the token dumps
list the users who sign in with password from outside
is there any host where root can ssh with password?
turn off ssh access by password on db-1
does db-1 accept logins with password over ssh?
why do logins with password need ten seconds on db-1?
restart sssd, sign-in with password hasn't worked since noon
what's up with the password dashboard
restart keycloak with token caching off
use a token tomorrow
mit Passwort bleibt der Login hängen
mit Passwort dauert die Anmeldung lange
Login mit Passwort überall verbieten
Anmeldung per Passwort abstellen
Anmeldung per Passwort abschaffen
warum hängt die Anmeldung mit Passwort so lange
mit Passwort hinterlegte Konten
mit Passwort verschlüsselte Backups
das Backup mit Passwort verschlüsseln
avec mot de passe temporaire
connexion avec mot de passe lente sur db-1
connexion par mot de passe trop lente
el login con contraseña tarda demasiado
el login con contraseña tarda mucho
acceso por contraseña bloqueado
login con password lento su db-1
inloggen met wachtwoord duurt lang
inloggen met wachtwoord traag op db-1
restart the api with token pinning
the backup with password encrypted archives failed
log in with password or ssh key?
a login with password counts as weak
try the token again
use the same password everywhere
ssh with password gives permission denied
login with password shows a blank page
sign in with password leaves the page blank
login with password remains possible
login with password became impossible
login with password used to work
login with password appears broken
sign in with password freezes on web-1
is it true that login with password bypasses two factor?
users with password older than a year
restart vault; the app signs in with password material from it
mit Passwort eingerichtete Freigaben auf nas
die Anmeldung mit Passwort scheitert auf db-1
warum dauert der Login mit Passwort ewig?
reinicia sshd, el acceso con contraseña provoca errores
redémarre sshd, la connexion par mot de passe plante
herstart sshd, inloggen met wachtwoord crasht
riavvia sshd, il login con password si blocca
ssh with password stays possible on nas
logging in with password doubles the load
use tokens wisely
enter the password below
with the password empty on web-1
connecting with password generates warnings
restart sssd, because signing in with password throws exceptions
with token lifetime of one hour
with token lifetimes below an hour restart api
use a passphrase generator
using password strength meters
log in by password then key
log me in with password or token
restart keycloak, password resets fail
restart keycloak, the password reset fails
restart vault, token renewals hang
check mail-1, password reminders bounce
nginx asks for a login, password and token
use LDAP as password backend on web-1
use keycloak as token issuer
use nginx as token proxy
set up vault as password store
reset the password for https://vault.example on web-1
the token for nginx:latest is fine
here is the password policy
hier ist die Passwort-Richtlinie
restart sssd. Password logins hang
reload dovecot, passwords were rotated
restart postfix; token cache is stale
I forgot my password, help
restart web-1, password prompt hangs
restart sshd, password auth is off
take keycloak as login server
with passphrase protected keys
with passphrase prompt
use the passphrase prompt
with the passphrase agent on web-1
error por clave duplicada en postgresql
reinicia postgresql en db-1, falla por clave duplicada
ordena por clave única
ordena por clave alfabética
usa una clave larga
usa una clave sustituta
contraseña rechazada
contraseña rotada
nginx auf web-1 mit Passwort absichern
nginx mit Passwort versehen
wie kann ich redis mit Passwort betreiben
starte redis auf db-1 neu, Passwort rotiert
starte redis auf db-1 neu, Passwort ausgetauscht
starte redis auf db-1 neu, Passwort eingetragen
starte redis auf db-1 neu, Passwort ersetzt
Passwort abgelehnt
Passwort anzeigen
Passwort suchen
passwort folgt
redémarre redis sur db-1, mot de passe remplacé
redémarre redis sur db-1, jeton révoqué
it fails with password mismatch
restart app, token compromised
restart app, token daemon and redis
restart redis on db-1 (password rotated)
restart redis on db-1 - password rotated
passphrase prompt on web-1 hangs
the passphrase is not accepted on web-1
the passphrase is asked for at each boot
das Passwort heißt jetzt anders
sudo password expired, restart nginx
password rotated, restart nginx
token daemon and redis
restart the api with password verification
restart the api with token identification
""".strip().splitlines()


@pytest.mark.parametrize("text", GIVEN)
def test_a_password_of_letters_is_refused_before_it_is_stored(text):
    outcome = understand(text, own(), ParseContext())
    assert isinstance(outcome, Refusal)
    assert outcome.redact
    assert wants_reading(text)


@pytest.mark.parametrize("text", SPOKEN_OF)
def test_what_is_said_of_passwords_in_general_is_none(text):
    assert not is_pasted(text)


def test_a_line_of_its_own_gives_a_password():
    assert is_given("ssh into web-1\npassword sommerregen")
    assert is_given("ssh into web-1\nuser root\npassword sommerregen\nthen restart nginx")
    assert not is_given("restart redis on db-1\npassword rotated")


def test_the_case_of_letters_counts_for_nothing():
    assert is_given("WITH PASSWORD SOMMERREGEN")
    assert not is_given("WITH PASSWORD AUTHENTICATION")


def test_the_name_of_a_secret_is_none():
    assert not is_given("with secret deploy-key")
    assert not is_given("with password store:deploy")


def test_only_what_a_login_that_is_spoken_of_fails_with_is_one():
    assert is_given("the login with password sommerregen fails")
    assert not is_given("the login with password sommerregen")
    assert is_given("login with password sommerregen")


def test_its_patterns_are_small_enough_for_a_quick_start():
    """One list of endings for each stem took eight seconds of every start to compile."""
    sizes = {n: len(p.pattern) for n, p in vars(bare_secrets).items() if isinstance(p, re.Pattern)}
    assert sizes
    assert max(sizes.values()) < 60_000, sizes
