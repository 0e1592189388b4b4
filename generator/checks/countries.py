"""Beginnings of the names of countries, continents, seas and peoples, which a writer may add from what everybody knows."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from generator.checks.folding import bare

SHORTEST = 4
"""Letters of a beginning at least; what is shorter is a whole name."""

# As several languages write them: `Argentin` begins Argentina, Argentine, argentinisch, Argentyna.
_BEGINNINGS = """
afghan afgan africa afrique afrika albani alban algeri alger algier america ameriq amerika amery andorr angol antarct
antart arab argent armen asia asie asien azja asya atlant austral austria austrich autrich avusturya avstr azerb bahrain
balkan balt bangla belarus biele weissruss bielor belg bolivi bosn botswan botsw brasil brazil bresil brit britan
bretagn bulgar burkin burund cambod camerun camero cameroun canad kanad carib karib karaib chil chin china chinois
colomb kolumb kolomb congo kongo corea coree korea kore costa-r croat kroat hrvat cuba cuban kuba cyprus cypr zypern
kibris czech tchec tsche chec ceco dan denmark danemark dinamarca danimarca danimarka danois deutsch almanya alman
allemag aleman aleman domin dutch ecuador ekuador egypt egipt egypc misir eritre eston estland ethiop etiop europ
avrup finland finn finlan finl franc frank fransa french georgi gruz gurc german germ niemc niemiec ghan greec grec
grek griech yunan grecia guatem guin guyan haiti holland hondur hungar hongr hungr ungar macar wegry iceland island
islan izland inde india indi indones iran iraq irak ireland irland irlan israel ital ivory jamaic jamaik japan japon
giappon jordan kazak kenya keni kuwait laos latvi letton letton lettland leban libanon libi libya liby liechtens
lituan lithuan lett litauen litva luxemb luxem lussemb macedon mazedon madagas malays malai mali malta malte maroc
marruec marocco marok morocc fas mauri mediterr mittelm mexic mexik meksik messic moldov moldav mongol mongolei
monteneg mozamb mozambik myanmar namib nepal netherl niederl pays-bas paises paesi hollande new-z niger norveg norweg
norwe norueg noruega norue norge oman oceani ozean pacif pazif pakistan palest panama paragu persi peru perou philip
filip pologn polen poland polon polsk polonya portug qatar roman ruman rumun roumani russi russl russ rusya rusia rosj
rwand saudi schott scotl scot ecos escoc szkoc schweiz suiss suiz svizz switz swiss isvic szwajc sened senegal serbi
serb sibir siber singap slovak slowak slovac sloven slowen somal soviet sowjet sovjet spain span espagn espan spagn
hiszp ispan sri-l sudan suda suriname swed schwed sued suecia suede svez isvec szwec syri siri tadjik taiwan tanz
thai tibet togo tunis tunes tunez turk turq turch turec turkmen uganda ukrain ucran urugu uzbek vatican venezu viet
wales welsh galles gales yemen jemen yugosl jugosl zambi zimbab
англи ангол аргент азия азиат армен австри австрал афри америк балт белар белорус бельг болгар брази брита венгр вьетн
герман голланд грец гречес греко груз дани датск евро египет египт израил инди инд иран ирланд испан итал казах канад
китай коре куб латв литв мекси нидерл норвеж норвег польш польск португ россий румын русск серб словак словен
советск соедин сша тур украин фин франц хорват чех чили швед швейцар шотланд эстон югосл япон
"""  # fmt: skip
# Words that stand in the names of countries, peoples, times and bodies, and name nothing by themselves.
_GENERAL = """
united kingdom union republic empire federation states state nations nation great world first second war wars civil cold revolution
university college institute institution school academy museum church cathedral parliament congress senate government
ministry minister president emperor pope army navy air force court council committee commission association organization organisation
society company corporation foundation agency department office bank party house street river lake sea ocean gulf mountains mountain
mount island islands bay strait valley city county province region district prize award medal cup league championship
championships olympic olympics games act law treaty agreement convention licence license public general international national
royal imperial federal middle ages age bible nobel arctic northern central latin-american celtic slavic germanic scandinavian
scandinavia alps uno onu unesco nato royaume-uni royaume-unis unis unies guerre mondiale premiere seconde deuxieme universite musee eglise union-europeenne estados unidos reino unido
guerra mundial primera segunda universidad museo iglesia stati uniti regno unito prima seconda mondiale universita chiesa repubblica
reino-unido primeira mundial universidade igreja verenigde staten koninkrijk wereldoorlog stany zjednoczone wojna swiatowa
birlesik devletler devletleri krallik dunya savasi universitesi университет музей церковь война войны мировая мировой мировую
вторая второй первая первой великая великой отечественной соединенные штаты штатов королевство
"""  # fmt: skip


@cache
def _by_head() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for word in map(bare, _BEGINNINGS.split()):
        found[word[:3]].append(word)
    return {head: tuple(words) for head, words in found.items()}


@cache
def _general() -> frozenset[str]:
    return frozenset(map(bare, _GENERAL.split()))


def is_everybodys(word: str) -> bool:
    """Whether a bare word names a country, a people or a sea, or is of the kind that names consist of.

    It errs to yes: some family names begin like a country's.
    """
    if word in _general():
        return True
    return any(
        word == one or (len(one) >= SHORTEST and word.startswith(one))
        for one in _by_head().get(word[:3], ())
    )
