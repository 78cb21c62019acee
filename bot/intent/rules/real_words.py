"""English words that lie a slip away from a word of ours, and are no slip: "avoid" is not "void".

Taken from SCOWL's small American list (Debian's wamerican-small 2020.12.07): every word that
`typos` would read as a word of some template, or as the name of a usual service. `SOFTWARE`
are names of programs: openssl is no slip of openssh.
"""

SOFTWARE = frozenset(
    """
acme acpid activemq amavis anacron ansible apache apparmor artifactory asterisk auditd autofs
bash bind blueman bluetooth bolt bzip caddy cassandra celery ceph certbot chef chrony chronyd
clamav clickhouse cockpit collectd colord consul containerd coredns corosync couchdb
cpufrequtils crio cron crond cups curl dante dash dbus discourse dnsmasq docker dovecot
dragonfly drbd drone druid elasticsearch emacs emby envoy etcd exim fetchmail filebeat firebird
firewalld flatpak flink fluentd forgejo freeradius freeswitch frigate fwupd galera getty ghost
gitea gitlab glibc gluster gnutls golang grafana graphite gunicorn gzip hadoop haproxy harbor
heartbeat helm hive homeassistant htop httpd icinga immich influx influxdb iotop ipsec iptables
irqbalance iscsid java jellyfin jenkins jetty jitsi journalctl journald kafka keepalived
keycloak keydb kibana kodi kubeadm kubectl kubelet letsencrypt libc libssl libvirt libvirtd
lightdm lighttpd logind logrotate logstash loki lsof mariadb matrix mattermost memcache
memcached metricbeat minecraft minikube minio mongod mongodb monit mosquitto multipathd mumble
munin mysql nagios named nano nats netcat netdata networkd nextcloud nexus nfsd nftables nginx
nmap nmbd nmon node nodejs nomad nscd ntpd ollama opendkim opensearch openssh openssl openvpn
oracle owncloud pacemaker packagekit passenger pcscd percona perl pihole plex plexmediaserver
podman polkit postfix postgres postgresql powerdns presto privoxy proftpd prometheus pulsar
pulseaudio puma puppet python qemu rabbitmq radarr redict redis resolved rocket rpcbind rspamd
rsync rsyslog ruby runner rust salt samba screen seafile sendmail sensu smbd snapd snmpd socat
sogo solr sonar sonarr spamassassin spamd spark sphinx sqlite squid sshd sssd statsd step strace
strongswan sudo supervisor supervisord synapse syncthing syslog sysstat systemctl systemd
tailscale tailscaled tcpdump teamspeak telegraf terraform timescale timesyncd tinc tmux tomcat
traefik transmission trino tuned udev udevd unbound unicorn unifi upower uuidd uwsgi valkey
varnish vault virtlogd vsftpd webmin wget wildfly winbind wireguard wordpress xinetd xrdp zabbix
zerotier zlib zookeeper zulip
""".split()
)

REAL = frozenset(
    """
aback abandoned abandons abhorred abhorring abler abortion abortions abortive aborts abound
abounded abounding abridging absolute absorbed absorbing accusing acquired acquires acreages
actives activist activists actuality adopting adoptions adorning affection affections afflicted
afflicting afield agnostics aground ailed ailing aired airing airtight alerting alight aline
almighty alter amble amending amiss amount amounts amply angering angriest annually answered
answers antibody anythings aping appalled appended apple applicators applies appoints approvals
apter aptly arranged arranges arriving ashed askew asleep asses assessed assesses assessor
assets assistant assistants assisted assists assorting auction auctioning auctions audio audits
availing aversion aversions averting avoid avoidable awaiting awaked awaken awakes award awoke
axing babbling backed baggiest bailed bailing baiting bakes bale balled balls bandaging banging
banished banked barge barns barrings basked basks basting batch batched batches batter baying
beach beadiest beady bearding beaters beating beats becoming beetling began beggaring begged
begins begun behavior behinds beholding beings belittle bellowing belongings benching bending
bequest bequests besought betting beverage beverages bewaring bewitched bewitching biassing
bicycles billowing binds bitch blabbing blacks blanched blanching blast blasting bleak blending
blessing blind blinding blinking blocking blogged blogging blogs blooding blooming blots
blunting blurring blurting boasting boated bogged bolted booed booked booking bookings boomed
boost boosted bootee booth boots booty border bordered bores boring boroughs bossiest bounded
bounding braiding braining braising brake branding brash breach breaking breaks breasted
breasting breathed breathing bricks bridging bridling briefing briefs bright brimming brine
brings brink briny brisking bronzing brooking broom brushing bruskest bubbling bucking buckling
budge bugging bulkiest bully bummed bumper bumpiest bumps bumpy bunching burbling burdening
burliest burned burnt burped burping burps burring burrs bursting burying bused buses bushiest
bushy busies business busing buys cabled cackling cakes calamity calfs calked calks callable
caller callus callused callusing calmed calms camel cameo canceling cancels cancer candle candy
cankered cantered capably capacitor captivity cards cared cares caring carolled carousing cashed
cashing casing casks casting castings castling casually catcalled catcalling catch catches
caters caucusing caulking cautions caving cavorted cavorting cells censure censured censuring
censuses censusing center centuries chaining chance chanced chances chancing changing channeled
channelled channelling channels chanted charger charging cheated cheating checks cheek cheeking
chick chink chinking chinning chores chose chowing chroming chucking chuckling chugging chunks
chunky cinching circling citation clack clacking clacks clanged clans clash clashed clashing
clasping cleaning cleans clear clearing cleat cleaving cleft clerking clinging clod clogged
clogging clogs clone closed closer closes closet clots coalition coffer colds comas combing
combs comets comings commanders commandoes commandos commend commends communed communes commute
commuter commuters compacted compacter compelled competed compiler complied composer composted
computers conceded conceding conceits conceiving concepts concerting concerts conclude
concreting concurring condemning conditional conditioned conditions conferring confides
configure configures confines confirmed confirms conform conforms confuses confusing congests
conjures conjuring connects conquers consent consents conserving considers consigns consoles
consoling constant constants constrain consuls consult consulting consults consumerism contacts
contagion contained container containers contains contempt contend contends contest contests
context contexts continent continents contorts controls convenes convening convent convents
converging conversing converting converts conviction cooking cooperate cooperating cooping
copping copying cords cored corked corking cornered corns corps correctly costs costumes
costuming couch couched couching coughing counting county coupling coursing court cover coverage
cower crabbing cradling cramming cramping cranked cranking crashes crass crated crating crawling
creak creaked creaking creamed creaming creased creasing creates creation creations creative
creatures credited crediting creeping cremated cremates cremating crescent crested cresting
crevices crewing cribbing cringing crisping cronies crooking croon cropped crossing crouched
crouching crowd crown cruising crunched crush crushed crushing cuddling culled culls culpable
cunning cups cures currant currants currents curry cuttings cyclones dabbling damaging dames
dampened dampening dangling danker daring darlings dated dates dating dazzling deadlier dearly
debating debilities debts deceives decent decently deceptions deeded deeds defected defecting
defenders defied defining deforming degenerating degraded degrades delegate deleted deletes
denies dented depending deplete depleted depletes deport deprives depriving derail derailing
derails deriding derision derive derives deriving described describes deserted deserter
deserters deserve deserved desks detachable detain detains detouring detract detracts devolved
devoting diagnosis diagnostic diced diked dined dines discarded discards discords discos discus
dismissal dismissed dismisses displace displayed displays disusing dived divers diversion
diversions dives diving divining docks doers dogged doles doling dopes dose doses dosing doted
dotes doting doubling doves downy dozes dozing drafting drawling dreaming dressing dried dries
dripped dripping driveling drivels drivers droll drone droop drooped dropping drops drought
droughts drove droves drown drowning ducking duckling dullness dully dumped dumps dumpy duskiest
dustiest dwell dying earliest earnings earrings earthier earthing earthlier easing east effected
effecting egged ejecting ejection elastics electing election emanating embers emitting enable
enables enacting enameled encumbers ending endure energies enlisted enquired enquires ensue
ensured ensures entailed entice entirely entirety entities entrails entwines enumerated
enumerates equating erection escorted essaying estate etchings evasions events evoke evolving
examined examiner examiners examines example exampled excepted exception exceptional excerpted
excerpts exchange exchanged exchanges exciting excusing execution exempted exempting exemptions
exerting exertions exists exits expected expecting expending explained explains exterminate
exterminated facilities facing faction factions factually fading failings fails failure fakes
falls fared farming fasting fatter favoring fazing fearing feats feature featured feeding feeds
feelings feinting felled felling fellow fending fetich fewer fewest fictional fictions fiddle
fiddler fiddlers fiddles fiend fiendish figuring filching filed filets filing filler fillet
filleted filleting filmed filming films finale finals finer finessed fining finishes firmed
firming fissures fittings fixing fixtures flagging flail flailed flailing flaring flashing
flattest flecking fleecing fleeing flees fleeting fleets flesh flicking flies flinging flirting
flitting flocking flogged flogging flogs flooding flooring flopping flounced flouncing fogged
foiled foiling folding followed follower followings follows folly fondling footed fores forge
forged forger forges forgets forgot forked forking forks form formation fought founding fountain
founts foxes fraction fractional fractions fractures franked freak freaking freed freer frees
freezing frequent frequented frequents fried fright frill fringing fronting fruiting fudge
fueling fulled fulling fulness function functionally functioned functions furnished fused fuses
fusing fussiest gabbing gagging galled galls gambling games ganging gangling garaging garb
gating gazetting geeing genera generally generals generate generation generations gentile
gentiles gentled gentler gentles gentlest gentling gentries gents germinate germinated
germinating germs gestures ghost ghosts girdling glanced glances glean glinting glove gnashing
goaded gobbing goner goods goody gores goring gowns grabs grafting grateful gratefully greasing
grief grieving groom grouched grouching ground groups grubbing guessing guesting gully gunning
gurgling gustiest gutting guzzles hacked hacks hailed hailing haled halls haloed haloing halter
haltered haltering halts halve halved hampered hampering handing handled handler handlers
handles handling handy hanged hangings happenings hardened hardening hardy hared harry hasted
hastened hastening hatch hatched hatches hatchets hated hatted hatting haunt haven haves hazing
headiest headrest heard hearth heartier heartiest heaters heath heating heats heavies heaviness
heaving heckling heeded heeds heeling heftiest hewing highs hinging hippy hired hiring hissing
historic hitch hiving hoard hoarding hobbling hogged hoist hoists holing hollow hollowing homes
homing hooding hooking hooted hoots hoping hording hoses hover huddling hugging humped hunching
hungrier hunts huskiest hyphened hyphening impending implications impossible imprinted
imprinting improper improved inabilities inaccessible inactivity incapable incapacity inceptions
included includes incoming incomplete infected infecting informative initialed initialled
initials initiated initiates initiative initiator inquests inquired inquires insanity inscribe
insect insecurity inspected inspector inspects instal installs instals instanced instigate
instill instilled instills instructing instruction instructors insure inter interacting
intercepting interjecting intersecting intimate intrusting invective inventor inventors
inversion inversions investor investors invoiced invoicing invoked invokes invoking iterations
jacked jacks jailed jailing jangling jetting jeweling jingle jogged jointing joints journals
judge jumped juts keeling kennel kernels kicks killer killings kilned kilning kinked kinking
kissing kneed kneeling knitting knocking laboring laces lacked laded lagged lakes lames lamest
lance lanes larger larks lasted lasting lasts latch latched latches latent latter launcher
launchers launches laxest laying leach leaded leafiest leaguing lease leashing least lectures
lending lest letting levee levees leveling lever leverage leverages levers liabilities licenses
licked licking licks lifeless lifted lightest liken likeness liker lilted limes linearly lined
linen liner liners linger links lisped listen listened lists littler littlest lived liveliness
liven liver loader loads loafed loaned lobbying locking locks lodged lodger lodging lodgings
lofts longing longings looming looping loosing looted looting loots loping lorded lotus lousiest
loved loves lower lucking lucks lugged lumbers lumped lunched lusted lustiest maced machetes
machinist mailed mailing mains maker malls malted malting manacling managed manager managers
manages mandating mange mangy manly mantling manually manuals manuring marking marry masked
masking masks massaged massages massaging massed master match matched matches mated matrices
matte matted mattered matters mattes mealiest measlier measures meats meddling meetings
mellowing member menacing mending meriting mesdames meshed meshing messes metric mighty miking
miles mince mines mingle minion mired miring missed missions misted misting mists misusing mixed
mixes mixing moderate moderating modifier modifiers modifies moist molding moldings mollified
monitored monitors mooted moping mornings mortified mound mounding mounds mountain mounting
mousiest mouthing mover mower mucking muddling mulch mulching munch murdered muscling mused
muses mushiest musing mussed mustiest musts musty mutter mutually muzzling nagging nailed
nailing napes nappy nativity nearby nears neatly needled needling negating netting nettling
newsiest newsy newts nibbling nicked nicking nines nomads noted nothings notified nought nuder
nudged nudges numbered numbness numerate nuzzling oaring observer observes obsoleted obsoletes
obstructions occurring odder odes offed offended offender offenses offers okays older omitting
oncoming opens operated operates operation operatives operator operators opinions option
optional optioned orbiting ordaining orders oriented orienting ounce outcomes outlasted outlawed
outputs outraged ovations overalls overate overbear overdoes overdone overdose overeating
overgrew overhaul overhear overkill overlies overload overloads overlooked overrate overrating
overrule overs overseas oversee overseen overseers oversees oversleep overstep overt overture
paced packer packet packs paddling paged pager paint painted painting paintings paints palled
palls palpable pancaked panelled panelling panicked panted pantries pants parading parceled
parcelled parcelling parch parched parches parching parentage parented parenting paring parked
partings party passable pasta paste pasting pasty patchy pats patter paunch pausing paving payed
paying peaceable peaceful peacefully peach pease pebbling pecked peeks peeling penetrating
penning pensions percentages perceptions perching perforating performed performer performs
perfuming pervading petition petitions petting pickaxes picking pickling picks picky pictured
pictures piddled piddling pigged pigging piles pillowing pines pinning pints pitched pitchers
pitches pitching pitting placed plaguing plain plains planed planes planks planting plants
plated player plays pleading pleas pleased pleases pledging plopping plots plucking plumbers
plush pointed pointers pointing poker pondered pores porpoise ported portents portions possibles
posts posture postures potions pouch pouched pouching pounce pounced pouncing powder powdered
powers praising prancing prawning prayed preach precious prescribe preserves pressing pressured
pressures previews previously prick pricks primping princess princesses printer printers
printings probed probes proceeds processed processing procession processors prods profess
professed professes professing professor professors program programme programmed programmer
programmers progressed progression progressions progressive prompter proms prone prong propel
properer properly property propped propping props prose prosper prospers protestor protests
protract prove prowess prowlers prows psyching puddling pulls pumped punching puncture punished
punning purposed purposes pushiest pushy pussiest puzzling quack quacking quailing quashing
quenching queue queues quirk quitting racks rafter ragging railed railing railings raining raked
rakes ranged ranging ranker rankled rants raring rating ravaging raving react reacted reactions
readable readiest reared rearrange reasoned reasons reassure rebutted rebutting recalling recant
recaps receding receptions recesses recharge reclining recoiled recoiling recondition
reconfigured recorders recourse recoveries recovers recovery recreated recurred recurrent redid
reeds reeling refilled refilling refining reformation reforming refraining refreshed refreshes
refueled refunded refuse refuses refuted regaining regaling regenerating regent register
registers regressing rehearse rejoining relaxing relaying released releases relegate relent
relive relocated relocating remembers reminding remote removed removes rending rendition
renegading renounce renounces repaired repairing repealing repeating repent reporter reporting
reports reprinted reprinting reprograms reproved repulsed rereads rerouted rerouting rescinded
rescinding rescinds rescuing research resent reserved reserves resistance resolve resolver
resolves resort resounding responded responds responsibly restored restores restoring restrict
resubmitted retail retailing retails retaining retarded retarding reticent retort retrace
retraced retraces retracted retracts returning returns reused revealing revel reveling revels
reversion revery revile revise revived revives revoked revokes revolted revolting revolved
revolving rewarding rewriting rewritten riddled riddling rightest rights riles ringing ripeness
risks roach roasting rolls rooking rooms roomy rooted roping roughing round ruining ruins
rundowns runes rungs runts ruses rustiest sacked sacking sacks saddling sagging sailed sailing
salted salting saluting sanctioning sanctions sanctity sanitary sassiest satchels saucing
savaging savvying sawing sayings scabbing scalloping scanning scans scant scanting scarfing
scarring scheming scold scolding scoping scores scram scrape scraps screamed screaming screwing
scuff scuttling scything searched searches season seating seceding secretion sectioned sections
securely securing seduction seeded seeding seeds seeking seeming seeping seeps seize seizes
selection sending sends sentence sentenced sentience sentries sequences serenading served
servers serves servile sessions sever severing severity sewer sewing sexing sexist shade shake
shaking shaped shapes share sharpened sharpening sharping shaving shawl sheep sheering shelf
shells shift shingle shingled shingles shinning shipping shirt shoaling shoot shooting shopped
shopping shops shore shorn shortage shorted shorts shoulder shouting showdown shown showy
shrugging shuck shucking shunting shuts shuttering shuttling shying sicked sides sills silted
singled singles singly sinning sired sires siring sites sitting situations sizzling skate
sketched sketching skilled skillets skinning skipping skulking skull skulls skunking skying
slabbing slacks slaking slanting slapping slashing slate slats slaying sleek sleeking sleeping
sleeps sleepy sleeting slinking slipping slitting slogged slogging slogs slopped slopping slops
slots slouched slouching slows slumbers smart smarted smarting smarts smashing smell smoothing
smuggling snagging snailing snaking snapping snarling snatches sneak sneaking sneering sneezing
snipping snitch snitched snitches snitching snooping snorted snuck snuff snuggling soaping
soaring soften solacing soldered someones somethings soothing sopped sopping sores sorta sorts
sought sounding sourcing spaced spaces spade spanning spare sparring spats spatting spawning
spaying speaking speaks spear speck spell spending spice spills spine spins spiriting spiting
splinted splitting sponging spooning sported spotting spouting spraining spraying spreading
spreeing sprint sprinted sprinter sprinting spying squad squatting squids stable stabling stabs
stack staff staffing stage stags staid stakes stale stalk stalling standing starch starched
starching stared stares staring stark starred starring starter startled startling starved
starving stater stating statistic statistical statues statuses statutes staunched staunching
stave staying stays steak stealthy steep steeps steering stems stepped stepping sterling stews
stick stiff stinking stirring stitch stitched stitches stitching stock stomp stomped stomping
stomps stoop stooped stooping stoops stoppage stopper stoppered stoppering stoppers stored stows
straggle straggling straining stranded strangely stranger strangers strangest strangle strangled
strangles strangling strap strapped strapping stratums strawing stringing striping stripped
stripping striving stronger struck strutting stuffs stuffy stumping stunk subsisted succeeds
successfully succored suckered suckering suckling suction suctioning sued sues suing sulking
summaries summarized summarizes sundown sundowns sunning supplied supported supporter supports
surer surge surmised surveyed swabbing swamp swapping swaps swarm swarming swats swaying
sweaters sweep sweeping swifts swills swishing switcher switches swooping syringing tabled
tables tablet tacked tacking tackling tagging tailed tailing tails takers tales talking taming
tangents tangling tangoing tanked tanking tanks tapes taping target targeted tarry tarts tasked
tasking tasting taxed taxes teach teaching tears teats teeing teems telegram temperate
temperatures tending tensions terminal terminals termination terror terrors tests texts textures
thatched thatches theaters theme thigh thinning thong thongs thorough thrashed thrashing
threading threw thriving throb thrown throws ticked ticking tickling ticks tightest tights tiles
timed timer tingle tings tired tiring tissue tissues toasting toddling token tolerate tolerating
tomes tonal tonic tooted topics topped topping toppling torch torched torching totals toted
touches touchings touchy tough tousling tower towns toxic tracking tracks traction trails train
training trait tramples trash trashed trashing trawl tread treason treasure treated treating
trending trial trick tricking trickles tricky tricycle triggered triggers trite troll troubled
troubles trough trounced trouncing trucks tucking tumblers tuned tuning turfed turfing turner
tusks twanging tweaking twiddled twiddling twinging twinning twisting twitch twitched twitches
twitching tying typed types udder unaffected unavailable unbroken unchanged uncovered
understands understate understated understood unfailing unfeeling unfilled unfinished unloading
unmodified unreadable unsaying unsolved unsound unsuccessful unsure unusually unwanted unwound
unwritten upbringing upending upholding upstanding upturned upturning urinated urinating urns
usages ushers utilities vacation vacations vaccines valeting vanish vanished vanity vaulting
vaults vending venerating ventures vertices vetting vials views vines vital voids vouch vouched
vouching vowed waddling wafted wafts wagging wailed waited waits waiving waken wakes walled
walloping wallowing walls wands waned wanes wantoned warms warts washing wasted watchdog watched
watches watering waters watts waving waxed waxing wealth wealthy weariest weathers weeded weeds
weeing weer weirdo wells wetting whacking whale whats wheat wheeling whens wheres white wholes
wicked width wills wince wines winnings wired wiring witched withdrawing withdrew wizes wobbling
wondered worded wording words worker workings wormed worming worms worrying worsts woulds wound
wounding wreak wreaking wreathed wreathing wrecking wright wringing writer writhe writhing
writings writs wronging wrongs wrought wrung yacked yacks yanked yearlies yearly yearnings
yellowing yessed yessing yours zincking
""".split()
)
