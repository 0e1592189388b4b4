"""Which language a text is in, and which of its words only hold the others together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from types import MappingProxyType

from generator.checks.folding import bare

# Frequent words that carry no fact.
_COMMON = {
    "en": "a about after all also an and any are as at be because been before between both but by can could did do does during each for from had has have he her him his i if in into is it its me more most no not of on one only or other our over she should so some such than that the their them then there these they this those through to under until up upon was we were while will with within would you your itself himself herself themselves being having which who whom whose what when where why how",
    "de": "ab aber alle als also am an auch auf aus bei bis da damit das dass dem den der des die dies diese diesem diesen dieser dieses doch durch ein eine einem einen einer eines er es fur gegen hat hatte hatten haben ich ihm ihn ihr ihre ihrem ihren ihrer im in ist ja kann konnte mit nach nicht noch nur ob oder ohne sein seine seinem seinen seiner seit sich sie sind so uber um und unter vom von vor war waren wegen wer wie wird wo wurde wurden zu zum zur zwischen was wann welche welcher welches welchem welchen warum wem wen wieviel viele dort",
    "fr": "a au aux avec c car ce ces cet cette comme d dans de depuis des donc du elle elles en entre est et etait etaient etre eu fut furent il ils j je l la le les leur leurs lors lui m mais meme n ne nous on ont ou par pas pendant plus pour qu que qui quoi s sa sans se ses si son sont sous sur t ta te tous tout un une vers vous y a-t quand comment pourquoi quel quelle quels quelles combien dont avait avaient ete",
    "es": "a al ante aun aunque como con contra cual cuales cuando cuanto cuantos cuantas cuanta de del desde donde durante e el ella ellas ellos en entre era eran es esa ese eso esta este esto estos estas fue fueron ha habia han hasta hay la las le les lo los mas me mi muy ni no nos o para pero por porque que quien quienes se ser si sin sobre son su sus tambien te tiene tenia un una uno unas unos y ya",
    "it": "a ad ai al alla alle allo anche che chi ci come con cosa cui da dai dal dalla dalle dei del della delle dello di dove due e ed era erano fu furono gli ha hanno i il in la le lei lo loro lui ma mi nel nella nelle nei non o per perche piu quale quali quando quanti quante quanto questa questo qual se sei si sia sono stata stato su sua sul sulla sue suo suoi tra un una uno",
    "pt": "a ao aos as até com como da das de dela dele do dos e ela elas ele eles em entre era eram essa esse esta este eu foi foram ha isso isto ja mais mas na nas nao nem no nos o os ou para pela pelas pelo pelos por porque qual quais quando quanto quantos quem que se sem ser seu seus sua suas sao sobre tambem tem tinha um uma onde ate",
    "nl": "aan al als bij daar dan dat de deze die dit door dus een en er had haar hebben heeft het hij hoe ik in is ja kan maar met mij na naar niet nog nu of om omdat onder ook op over te tegen toen tot tussen uit van veel voor waar waarom wanneer was waren wat we welke werd werden wie wij wordt ze zich zij zijn zonder zou",
    "sv": "alla att av blev blir da de dem den denna det detta dig din du eller en ett fran for fore ha hade han har hon hur hans hennes i inte ja jag kan kunde med men mellan nar nej ni nu och om pa sa sedan sig sin sitt ska som till under upp ut vad var vara varfor vem vi vid vilka vilken vilket",
    "da": "af alle at blev bliver da de dem den denne der deres det dette du eller en er et efter for fra ham han har havde hende hun hvad hvem hvilken hvilket hvor hvordan hvorfor hvornar i ikke ja jeg kan kunne med men mellem mod nar nej og om op over pa sa sig sin skal som til under ud var ved vi vil",
    "no": "alle at av ble blir da de dem den denne der deres det dette du eller en er et etter for fra ham han har hadde henne hun hva hvem hvilken hvilket hvor hvordan hvorfor i ikke ja jeg kan kunne med men mellom mot nar nei og om opp over pa sa seg sin skal som til under ut var ved vi vil",
    "fi": "ei eika eivat ennen etta han he hanen ja joka jonka jotka jos kanssa kuin kun kuka kuinka koska meidan mika mikä mina mista missa milloin miksi mutta myos ne niin noin nyt oli olivat olla on ovat se sen siella sita tai taman tama tassa vain vuonna vuoden",
    "pl": "a aby ale az bez bo byc byl byla byli bylo byly co czy dla do go gdzie gdy i ich ile ja jak jako jego jej jest juz kiedy kto ktora ktore ktory ktorych lub ma mial mi na nad nie niz o od oraz po pod podczas przed przez przy roku sa sie swoj ta tak tam te tego tej ten to tych tylko tym w we wedlug z za ze zostal zostala",
    "cs": "a aby ale ani az bez bude by byl byla bylo byly co do dnes ho i jak jako je jeho jeji jejich jen jeste ji jsem jsou k kde kdo kdy ke ktera ktere ktery ma mezi muze na nad ne nebo neni o od pak po pod podle pro proc proto pri s se si svuj ta tak take tam ten to tom tu u v ve vsak z za ze",
    "tr": "yeniden ilk tekrar ama ancak bir biri bu bunu cok da daha de degil diye en gibi hangi hem her icin ile ilk ise kac kadar ki kim kimdir kimin mi mu nasil ne neden nedir nerede neresi nerededir o olan olarak oldu oldugu olmus olup on onun sonra sen siz su tarafindan tum uzere ve veya vardir var ya yani yer zaman arasinda yil yilinda yildir midir mudur",
    "ro": "a acest aceasta al ale am ar are as au ca care cat ce cea cel cu cum cand de deci despre din dintre dupa e ea ei el ele era este fi fost in intre la lui mai nu o or pe pentru prin sa sau se si sunt un una unde unei unui",
    "hu": "a az aki ahol amely ami azt csak de egy egyik el es ez ezt hogy ha hol is itt ki kik le majd meg mely mert mi mikor milyen mint nem neki o ok ota s sem szerint utan vagy van volt voltak miert hany hogyan melyik",
    "id": "ada adalah akan antara apa atau bagaimana bahwa berapa dalam dan dari dengan di dia hanya ia ini itu juga kapan karena ke kepada mana mengapa mereka oleh pada sebagai sebuah setelah siapa telah tersebut tidak untuk yang",
    "vi": "anh ba bang boi cac cai cho co cua cung da day de den do duoc gi hay khi khong la lai lam luc ma mot nam nao nay ngay nhieu nhung noi o ra sau tai theo thi tren trong tu va vao ve vi voi cua",
    "ru": "а без был была были было быть в вас вместе во вот все где да даже для до его ее если есть еще же за и из или им их как какая какие какой каком когда который которая которое которые кто куда ли меня мне на над не него нее нет но ну о об около он она они оно от по под после почему при про с сколько со среди стал так также там то того тоже только том у уже чего чем через что чтобы эта эти это этого этой этом этот я является",
    "uk": "а але без був була були було бути в вiд від вiн він вона вони воно все де для до його її їх з за зi зі й і із як яка яке який які коли котрий крім ли між на над не ні о об одна по під після при про свій скільки та так також такий там те ти то того той тому у хто це цей ця через чи чим чому що щоб я є",
    "bg": "а без беше бил била били в във върху да до е за и из или как каква какво какъв като когато кога кой коя който която които къде на над не но от по под при с са със след се си сред така това тази този тези те той тя ще че",
    "el": "αλλα αν απο για δεν ειναι εκει ενα ενας ενω η ηταν και κατα με μετα μια να ο οι οπου οπως οταν που πως ποιος ποια ποιο ποτε ποσα ποσο προς σε στα στη στην στις στο στον στους τα τη την της τι τις το τον του τους των ως",
    "ar": "ال الى إلى أن إن او أو أي أين اي اين الذي التي بعد بين بها به ثم حتى ذلك عام على عن عند فى في قبل قد كان كانت كم كما كيف لا لم لها له ما ماذا متى مع من منذ منها منه نحو هذا هذه هل هو هي و وقد وكان يكون",
    "fa": "از است اند او این آن آنها با بر برای بود بودند به بین تا چه چرا چند چگونه چیست را سال شد شده شود که کجا کدام کرد کردند کی می نیز هر هم همچنین و یا یک",
    "he": "אבל או אחרי אך אל אם את בין גם דרך היא היה היו היתה הוא הייתה כאשר כי כל כמה לא למה לפני מה מי מדוע מתי עד על עם של איזה איזו איך איפה זה זו",
    "hi": "और इस इसके उस उसके एक एवं का कब कहाँ कि किस कितने कितना किया की के को कौन क्या क्यों जो तक तथा था थी थे ने पर बाद में यह या वह से हुआ हुई है हैं हो",
    "mr": "आणि आहे आहेत एक का किती केली केले कोण कोणते कोठे चा ची चे जे तर ते तो त्या त्यांनी था नाही ना पण मध्ये या याने व हा ही हे होता होती होते",
    "bn": "ও এ এই এক একটি এবং করে করা করেন কি কে কেন কোথায় কোন জন্য তার তিনি থেকে না পরে বা যা যে সালে সে হয় হয়েছে হয়েছিল",
    "sr": "а али без би био била били било бити да до за и из или их је јер као када ко која које који колико код ли међу на над не него но о од око он она они оно по под после при са се су то у што шта",
}  # fmt: skip

_SCRIPTS = {
    "LATIN": "a-zà-ɏḀ-ỿ",
    "CYRILLIC": "а-џҐ-ӿ",
    "GREEK": "α-ωά-ώἀ-῾",
    "ARABIC": "ؠ-يٮ-ۓﭐ-﻿",
    "HEBREW": "א-ת",
    "DEVANAGARI": "ऀ-ॣ॰-ॿ",
    "BENGALI": "ঀ-ৣ",
    "HAN": "㐀-䶿一-鿿",
    "KANA": "ぁ-ゖァ-ヺー",
    "HANGUL": "ᄀ-ᇿ가-힣",
    "THAI": "ก-ฺเ-๎",
    "ARMENIAN": "ա-և",
    "GEORGIAN": "ა-ჿ",
}
_SCRIPT = {name: re.compile(f"[{inside}]") for name, inside in _SCRIPTS.items()}
_OF_SCRIPT = {"HAN": "zh", "KANA": "ja", "HANGUL": "ko", "THAI": "th", "HEBREW": "he"}

CAPITAL_NOUNS = frozenset({"de", "lb", "nds"})
"""Languages that give every noun a capital letter."""
LOOKED_AT = 4000
"""Characters of a text that its language is told by."""


@cache
def _by_word() -> MappingProxyType[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for language, words in _COMMON.items():
        for word in dict.fromkeys(map(bare, words.split())):
            found[word] = (*found.get(word, ()), language)
    return MappingProxyType(found)


@cache
def common_words(language: str) -> frozenset[str]:
    """The frequent words of a language, folded; of every language where the code is unknown."""
    if language in _COMMON:
        return frozenset(map(bare, _COMMON[language].split()))
    return frozenset(_by_word())


def count_scripts(text: str) -> Counter[str]:
    """Letters by script, of the beginning of a text that is case-folded."""
    if text.isascii():
        return Counter({"LATIN": sum(map(str.isalpha, text[:LOOKED_AT]))})
    found = Counter[str]()
    for letter, n in Counter(text[:LOOKED_AT]).items():
        for name in _scripts_of(letter):
            found[name] += n
    # Of two with as many letters the first in the table wins.
    return Counter({name: found[name] for name in _SCRIPT if name in found})


@cache
def _scripts_of(letter: str) -> tuple[str, ...]:
    return tuple(name for name, of in _SCRIPT.items() if of.match(letter))


def find_script(text: str) -> str:
    """The script of most letters, empty without any; kana beside Han is Japanese, hence `KANA`."""
    scripts = count_scripts(text)
    if not scripts:
        return ""
    name = scripts.most_common(1)[0][0]
    if name == "HAN" and 10 * scripts["KANA"] > scripts["HAN"]:
        return "KANA"
    return name


def find_language(votes: Counter[str], script: str) -> str:
    """The code of the language that most frequent words are of, empty where that is not clear.

    Args:
        votes: as `count_votes` gives them.
        script: as `find_script` gives it.
    """
    if script in _OF_SCRIPT:
        return _OF_SCRIPT[script]
    if not votes:
        return ""
    (first, most), *others = votes.most_common(2)
    return first if most >= 2 and (not others or most > others[0][1]) else ""


# Letters that of the languages here only one has, or few words of others.
_LETTERS = {
    "tr": "ığş", "de": "ß", "es": "ñ¿¡", "pt": "ãõ", "pl": "łąęńśź", "cs": "řůě", "hu": "őű", "ro": "țș",
    "uk": "їєґ", "ru": "ыэё", "vi": "ơưđạảấầẩậắằẵặẹẻẽếềểễệ", "fr": "œêë",
}  # fmt: skip
_ALL_LETTERS = frozenset("".join(_LETTERS.values()))
MOST_LETTERS = 5
"""Votes at most that a language gets for its letters: a foreign name has some of them too."""


def count_letters(text: str) -> Counter[str]:
    """Votes for languages by letters of their own, in a text that is case-folded."""
    if _ALL_LETTERS.isdisjoint(text):
        return Counter()
    letters = Counter(text[:LOOKED_AT])
    found = {
        one: min(sum(letters[own] for own in of), MOST_LETTERS) for one, of in _LETTERS.items()
    }
    return Counter({one: n for one, n in found.items() if n})


def count_votes(words: Sequence[str]) -> Counter[str]:
    """How many of the words are frequent in which language, a word of several counting in each."""
    by_word = _by_word()
    votes: dict[str, int] = {}
    for word in words[: LOOKED_AT // 5]:
        for language in by_word.get(word, ()):
            votes[language] = votes.get(language, 0) + 1
    return Counter(votes)
