"""Refuses pairs that ask for an opinion or give one in the first person."""

from __future__ import annotations

from generator.checks import KEEP, Candidate, Check, Opinion
from generator.checks.phrases import Phrases
from generator.checks.texts import read

OPINIONS = Phrases({
    "en": r"(?:do|would|did) you (?:think|believe|feel|like|find|prefer|agree|consider|recommend|enjoy)|in (?:your|my) (?:own )?(?:opinion|view|experience)|your (?:favou?rite|opinion|thoughts|view|impression)|my (?:favou?rite|opinion|impression)|(?:\A|[.,] )i (?:think|believe|feel|guess|would say|personally)|personally, i|most (?:interesting|beautiful|fascinating|exciting|impressive|amazing|boring|fun)(?! \w+ (?:in history|award))|if you (?:could|were|had to)|how do you feel|would you rather|best thing about|i find (?:it|the|that)",
    "de": r"(?:deiner|ihrer|meiner|eurer) (?:meinung|ansicht|erfahrung)(?: nach)?|(?:denkst|glaubst|findest|meinst) du|(?:denken|glauben|finden|meinen) sie\?|ich (?:finde|denke|glaube|meine)|(?:dein|mein|ihr) lieblings\w+|am (?:interessantesten|schönsten|spannendsten)|würdest du", "fr": r"à (?:ton|votre|mon) avis|selon (?:vous|toi|moi)|(?:pensez|croyez|trouvez|aimez|préférez)-vous|(?:penses|crois|trouves|aimes)-tu|(?:votre|ton|mon) (?:opinion|préférée?|sentiment)|je (?:pense|crois|trouve)|(?:le|la|les) plus (?:intéressante?s?|belles?|beaux?|passionnante?s?)(?= |\?)(?! \w+ d')",
    "es": r"en (?:tu|su|mi) opinión|(?:crees|piensas|opinas|te gusta|te parece|cree usted|piensa usted)|(?:tu|su|mi) (?:opinión|favorit[oa])|yo (?:creo|pienso)|(?:\A|[.,] )(?:creo|pienso) que|más (?:interesante|bonit[oa]|hermos[oa]|fascinante)", "it": r"secondo (?:te|me|lei)|(?:pensi|credi|ti piace)|(?:tua|mia) opinione|(?:\A|[.,] )(?:penso|credo) che|più (?:interessante|bell[oa])", "pt": r"na (?:sua|tua|minha) opinião|você (?:acha|acredita|gosta|prefere)|(?:\A|[.,] )(?:acho|acredito) que|mais (?:interessante|bonit[oa])", "nl": r"(?:volgens jou|naar jouw mening|vind je|denk je|ik vind|ik denk)|meest interessante", "sv": r"(?:tycker du|enligt din åsikt|jag tycker|jag tror)|mest intressanta", "pl": r"(?:twoim zdaniem|moim zdaniem|czy uważasz|co sądzisz|uważam, że|myślę, że)|najciekawsz\w+|najpiękniejsz\w+",
    "ru": r"по (?:вашему|твоему|моему) мнению|по-(?:вашему|твоему|моему)|(?:как )?(?:вы|ты) (?:думаете|думаешь|считаете|считаешь|полагаете)|я (?:думаю|считаю|полагаю)|вам нравится|ваш[ае]? (?:любим\w+|мнение)|сам\w+ (?:интересн\w+|красив\w+|впечатляющ\w+)", "uk": r"на (?:вашу|твою|мою) думку|(?:ви|ти) (?:вважаєте|вважаєш|думаєте)|я (?:вважаю|думаю)|найцікавіш\w+|найкрасивіш\w+", "tr": r"sizce|sence|bence|kanımca|(?:ne )?düşünüyorsun\w*|fikriniz\w*|fikrin\w*|en (?:ilginç|güzel|sevdiğin\w*|etkileyici)|düşünüyorum|bana göre", "ar": r"في رأي(?:ك|ي)|برأي(?:ك|ي)|هل (?:تعتقد|تظن|تحب)|ما رأيك|أعتقد|أظن|(?:الأكثر إثارة|أجمل)", "ja": r"(?:あなた|君)(?:の(?:意見|考え|好きな)|は(?:どう|.{0,20}思い))|と思いますか|どう思い|私(?:は|の).{0,30}(?:思い|意見)|一番(?:面白|好き|美し)|最も(?:面白|興味深|美し)", "zh": r"你(?:认为|觉得|喜欢|的看法)|您(?:认为|觉得)|我(?:认为|觉得)|最(?:有趣|美丽|喜欢)", "ko": r"당신(?:은|의) .{0,12}생각|어떻게 생각",
})  # fmt: skip


def new() -> Check:
    """A check with the reason `subjective`."""
    return _judge


def _judge(candidate: Candidate) -> Opinion:
    passage = read(candidate.passage)
    for text in (read(candidate.prompt), read(candidate.completion)):
        found = OPINIONS.find_in(text, passage)
        if found and found not in passage.lower:
            return Opinion(keep=False, reason=f"subjective {found!r}")
    return KEEP
