"""What the demo's two shops sell and say, in three languages."""

from __future__ import annotations

import dataclasses

LANGUAGES = {"fi": "suomi", "sv": "svenska", "en": "English"}


@dataclasses.dataclass(frozen=True, slots=True)
class Text:
    fi: str
    sv: str
    en: str

    def __getitem__(self, language: str) -> str:
        return str(getattr(self, language))


@dataclasses.dataclass(frozen=True, slots=True)
class Product:
    """`slug` also names the picture. The price is in cents."""

    slug: str
    price: int
    name: Text
    line: Text
    about: Text

    @property
    def price_text(self) -> str:
        return f"{self.price // 100},{self.price % 100:02d} €"


@dataclasses.dataclass(frozen=True, slots=True)
class Shop:
    key: str
    path: str
    name: str
    hero: str
    promise: Text
    welcome: Text
    goods_title: Text
    products: tuple[Product, ...]


WOOL = (
    Product("neule", 9210, Text("Neule Saaristo", "Tröja Saaristo", "Saaristo jumper"),
            Text("Kaarrokeneule suomenlampaasta", "Tröja med ok, finull", "Yoked jumper in Finnsheep wool"),
            Text("Kaarroke neulotaan yhtenä kappaleena, joten saumat eivät hierro. Väljä istuvuus, koot S–XXL.",
                 "Oket stickas i ett stycke, inga sömmar som skaver. Ledig passform, storlekar S–XXL.",
                 "The yoke is knitted in one piece, so no seam rubs. Relaxed fit, sizes S–XXL.")),
    Product("villamyssy", 3490, Text("Villamyssy Havu", "Mössa Havu", "Havu hat"),
            Text("Kuviot havupuiden oksilta", "Mönster från granens grenar", "A pattern from spruce branches"),
            Text("Kaksinkertainen reuna pitää korvat lämpiminä. Tupsu irtoaa pesun ajaksi.",
                 "Den dubbla kanten håller öronen varma. Tofsen tas av vid tvätt.",
                 "A double brim keeps the ears warm. The pompom comes off for washing.")),
    Product("villasukat", 1990, Text("Villasukat Kaarna", "Yllesockor Kaarna", "Kaarna wool socks"),
            Text("Vahvistettu kanta ja kärki", "Förstärkt häl och tå", "Reinforced heel and toe"),
            Text("Kolmilankainen sukka saappaisiin ja mökille. Vuoden kulutustakuu.",
                 "Tretrådig socka för stövlar och stuga. Ett års slitgaranti.",
                 "Three-ply socks for boots and cabins, guaranteed against wear for a year.")),
    Product("lapaset", 2790, Text("Lapaset Routa", "Vantar Routa", "Routa mittens"),
            Text("Tuulta pitävä tiivis neulos", "Tät stickning som håller vind", "A dense knit that stops the wind"),
            Text("Tähtikuvio ja pitkä ranneke. Koot S–XL, katso mitat kämmenen ympäriltä.",
                 "Stjärnmönster och lång mudd. Storlekar S–XL, mät runt handflatan.",
                 "A star pattern and a long cuff. Sizes S–XL, measured around the palm.")),
    Product("huivi", 4800, Text("Huivi Usva", "Halsduk Usva", "Usva scarf"),
            Text("18,5 mikronin merino", "18,5 mikrons merino", "18.5 micron merino"),
            Text("Pehmeä herkällekin kaulalle. Pituus 190 cm.",
                 "Mjuk även mot en känslig hals. Längd 190 cm.",
                 "Soft even on a sensitive neck. 190 cm long.")),
    Product("torkkupeitto", 11900, Text("Torkkupeitto Sumu", "Pläd Sumu", "Sumu throw"),
            Text("140 × 200 cm, kolmelta tilalta", "140 × 200 cm, från tre gårdar", "140 × 200 cm, from three farms"),
            Text("Lampaat, kehräämö ja kutomo ovat kaikki 60 kilometrin säteellä. Tilan nimi on etiketissä.",
                 "Får, spinneri och väveri inom 60 kilometer. Gårdens namn står på etiketten.",
                 "Sheep, spinning mill and weavers within 60 kilometres. The farm's name is on the label.")),
    Product("lanka", 980, Text("Karitsa-lanka 100 g", "Garn Karitsa 100 g", "Karitsa yarn 100 g"),
            Text("Suomenlammas, 24 väriä", "Finull, 24 färger", "Finnsheep, 24 colours"),
            Text("Puikot 4 mm, tiheys 20 silmukkaa. Keräämme tilauksesi samasta värjäyserästä.",
                 "Stickor 4 mm, 20 maskor. Vi plockar din beställning ur samma färgbad.",
                 "Needles 4 mm, 20 stitches. We pick your order from one dye lot.")),
    Product("parevakka", 5400, Text("Pärevakka", "Spånkorg", "Splint basket"),
            Text("Keräille ja marjoille", "För garn och bär", "For yarn and berries"),
            Text("Punottu männyn päreestä käsin. Jokainen on vähän erilainen.",
                 "Flätad för hand av furuspån. Var och en är lite olik.",
                 "Woven by hand from pine splints. Each a little different.")),
    Product("huopatossut", 5900, Text("Huopatossut", "Filttofflor", "Felt slippers"),
            Text("Nahkapohja, koot 36–46", "Lädersula, storlekar 36–46", "Leather sole, sizes 36–46"),
            Text("Huopa muotoutuu jalkaan viikossa. Valitse pienempi, jos olet kokojen välissä.",
                 "Filten formar sig på en vecka. Välj den mindre om du är mellan storlekar.",
                 "The felt takes your shape in a week. Choose the smaller if you are between sizes.")),
    Product("neulepuikot", 1250, Text("Koivupuikot 4 mm", "Björkstickor 4 mm", "Birch needles 4 mm"),
            Text("Kevyet ja hiljaiset", "Lätta och tysta", "Light and quiet"),
            Text("Hiottu kuudesti, vahattu mehiläisvahalla.",
                 "Slipade sex gånger, vaxade med bivax.", "Sanded six times, finished with beeswax.")),
)  # fmt: skip

CYCLES = (
    Product("perushuolto", 6900, Text("Perushuolto", "Basservice", "Basic service"),
            Text("Valmis samana päivänä", "Klar samma dag", "Ready the same day"),
            Text("Vaihteet, jarrut, ketju, pultit ja koeajo. Varaa aika chatissa.",
                 "Växlar, bromsar, kedja, bultar och provtur. Boka tid i chatten.",
                 "Gears, brakes, chain, bolts and a test ride. Book a time in the chat.")),
    Product("sahkohuolto", 11900, Text("Sähköpyörän vuosihuolto", "Årsservice för elcykel", "E-bike yearly service"),
            Text("Akun mittaus mukana", "Batterimätning ingår", "Battery measured"),
            Text("Perushuolto, päivitys ja akun kunto paperilla.",
                 "Basservice, uppdatering och batteriets skick på papper.",
                 "Basic service, an update and the battery's health on paper.")),
    Product("vaihteet", 2500, Text("Vaihteiden säätö", "Justering av växlar", "Gear adjustment"),
            Text("Samalla kun odotat", "Medan du väntar", "While you wait"),
            Text("Vartin työ. Korvakkeen oikaisu 15 €, jos pyörä on kaatunut.",
                 "Ett kvartsarbete. Riktning av örat 15 € om cykeln har fallit.",
                 "A quarter of an hour. Hanger straightening 15 € after a fall.")),
    Product("nastarengas", 5900, Text("Nastarengas 28 × 1,75", "Dubbdäck 28 × 1,75", "Studded tyre 28 × 1.75"),
            Text("240 nastaa", "240 dubbar", "240 studs"),
            Text("Pitää jäällä ja rullaa asfaltilla. Asennus 20 € pari.",
                 "Greppar på is och rullar på asfalt. Montering 20 € paret.",
                 "Grips ice and rolls on tarmac. Fitting 20 € a pair.")),
    Product("valosarja", 2990, Text("Valosarja", "Ljusset", "Light set"),
            Text("Ladattava, 60 luksia", "Laddningsbar, 60 lux", "Rechargeable, 60 lux"),
            Text("Etu- ja takavalo, jotka saa irti ilman työkaluja.",
                 "Fram- och baklampa som lossas utan verktyg.",
                 "Front and rear lights that come off without tools.")),
    Product("talvisailytys", 4500, Text("Talvisäilytys", "Vinterförvaring", "Winter storage"),
            Text("Marraskuusta maaliskuuhun", "November till mars", "November to March"),
            Text("Kuivassa ja lukitussa. Kevään perushuolto puoleen hintaan.",
                 "Torrt och låst. Vårens basservice till halva priset.",
                 "Dry and locked. Half price on the spring service.")),
)  # fmt: skip

VILLA = Shop(
    "villa", "", "Villa & Vakka", "aamu",
    Text("Villaa, joka kestää", "Ylle som håller", "Wool that lasts"),
    Text("Neuleet, langat ja vakat pieniltä tiloilta. Kysy mitä vain, ihminen vastaa.",
         "Tröjor, garn och korgar från små gårdar. Fråga vad som helst, en människa svarar.",
         "Knitwear, yarn and baskets from small farms. Ask anything, a person answers."),
    Text("Talven lempituotteet", "Vinterns favoriter", "This winter's favourites"),
    WOOL,
)  # fmt: skip
KAISLA = Shop(
    "kaisla", "/kaisla", "Pyöräpaja Kaisla", "paja",
    Text("Pyörä kuntoon ennen lunta", "Cykeln i skick före snön", "Your bike, ready for the snow"),
    Text("Huolto samana päivänä, talvisäilytys ja vastaus heti chatissa.",
         "Service samma dag, vinterförvaring och svar direkt i chatten.",
         "Same-day service, winter storage and an answer at once in the chat."),
    Text("Huollot ja tarvikkeet", "Service och tillbehör", "Services and parts"),
    CYCLES,
)  # fmt: skip
SHOPS = (VILLA, KAISLA)

WORDS = {
    "home": Text("Etusivu", "Hem", "Home"),
    "goods": Text("Tuotteet", "Produkter", "Products"),
    "cart": Text("Ostoskori", "Varukorg", "Cart"),
    "help": Text("Ohjeet", "Hjälp", "Help"),
    "contact": Text("Ota yhteyttä", "Kontakta oss", "Contact"),
    "see": Text("Katso tuotteet", "Se produkterna", "See the products"),
    "add": Text("Lisää koriin", "Lägg i varukorgen", "Add to cart"),
    "added": Text("Lisätty koriin", "Tillagd i varukorgen", "Added to cart"),
    "remove": Text("Poista", "Ta bort", "Remove"),
    "empty": Text("Kori on vielä tyhjä.", "Varukorgen är tom än så länge.", "The cart is still empty."),
    "total": Text("Yhteensä", "Totalt", "Total"),
    "agree": Text("Saako asiakaspalvelumme nähdä, mitä sivuja ja ostoksia katsot? Silloin osaamme neuvoa heti.",
                  "Får vår kundtjänst se vilka sidor och varor du tittar på? Då kan vi ge råd direkt.",
                  "May our customer service see which pages and goods you look at? Then we can advise you at once."),
    "agree_yes": Text("Sopii", "Det går bra", "That is fine"),
    "agree_no": Text("Ei kiitos", "Nej tack", "No, thank you"),
    "pay": Text("Tämä on esittelykauppa, joten kassaa ei ole.", "Det här är en demobutik, så det finns ingen kassa.",
                "This is a demo shop, so there is no checkout."),
    "sign_in": Text("Kirjaudu Maijana", "Logga in som Maija", "Sign in as Maija"),
    "sign_out": Text("Kirjaudu ulos", "Logga ut", "Sign out"),
    "signed_in": Text("Hei, Maija Koskinen", "Hej, Maija Koskinen", "Hello, Maija Koskinen"),
    "skip": Text("Siirry sisältöön", "Hoppa till innehållet", "Skip to content"),
    "others": Text("Katso myös", "Se även", "See also"),
    "contact_lead": Text("Paras tapa on chat oikeassa alakulmassa: sama ihminen hoitaa asiasi loppuun asti.",
                         "Bäst är chatten nere till höger: samma människa sköter ditt ärende till slut.",
                         "The chat in the corner is best: one person sees your matter through."),
    "hours": Text("Ma–pe 9–20, la 10–16", "Mån–fre 9–20, lör 10–16", "Mon–Fri 9–20, Sat 10–16"),
    "chat": Text("Chat", "Chatt", "Chat"),
    "mail": Text("Sähköposti", "E-post", "E-mail"),
    "place": Text("Myymälä", "Butik", "Shop"),
    "place_text": Text("Kirkkokatu 4, Porvoo", "Kyrkogatan 4, Borgå", "Kirkkokatu 4, Porvoo"),
    "free": Text("Maksuton vaihto 30 päivää", "Fritt byte i 30 dagar", "Free exchange for 30 days"),
    "fast": Text("Lähtee samana päivänä", "Skickas samma dag", "Leaves the same day"),
    "human": Text("Ihminen vastaa chatissa", "En människa svarar i chatten", "A person answers the chat"),
    "demo": Text("Esittelykauppa: mitään ei myydä eikä lähetetä.", "Demobutik: ingenting säljs eller skickas.",
                 "A demo shop: nothing is sold or sent."),
    "form": Text("Yhteydenottolomake", "Kontaktformulär", "Contact form"),
    "form_page": Text("Avaa lomake omalla sivullaan", "Öppna formuläret på en egen sida", "Open the form on its own page"),
    "not_found": Text("Sivua ei löytynyt", "Sidan hittades inte", "No such page"),
}  # fmt: skip
