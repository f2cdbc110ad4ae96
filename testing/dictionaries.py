"""Small dictionaries in place of the real ones, which take half a minute each to make: the words that tests search for.

They lie in a folder in the real ones' form, so programs that tests start read them as well.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from importlib.metadata import version
from pathlib import Path

# A base form, and its other forms.
FORMS = {
    "fi": """
        palauttaa palautan palautat palautetaan palauttaisin
        palautus palautuksen palautukset palautusta palautuksesta
        tuote tuotteen tuotteet tuotteita tuotetta
        tilaus tilauksen tilaukset tilausta tilauksia
        toimitus toimituksen toimitukset toimitusta
        kulu kulun kulut kuluja kulua
        aika ajan aikaa ajat
        paketti paketin paketit pakettia paketteja
        villa villan villaa villasta
        sukka sukan sukat sukkia sukkaa
        kenkä kengän kengät kenkiä kenkää
        nainen naisen naiset naisten
        lapsi lapsen lapset lasten
        pestä pesen pesee pesun
        pesu pesussa pesut
        lahja lahjan lahjat
        kortti kortin kortit korttia kortilla
        maksaa maksan maksoi maksettu
        maksu maksun maksut
        raha rahan rahat rahoja
        takaisin
        hyvitys hyvityksen hyvitystä
        vaihtaa vaihdan vaihtaisin
        koko koon koot kokoa
        asiakas asiakkaan asiakkaat
        palvelu palvelun palvelut
        salasana salasanan salasanani
        pyörä pyörän pyörät
        sähkö sähkön
        akku akun akut akkua
        lataus latauksen
        ladata lataan
    """,
    "sv": """
        leverans leveransen leveranser
        tid tiden tider
        retur returen returer
        returnera returnerar
        paket paketet
        vara varan varor
        storlek storleken storlekar
    """,
    "en": """
        return returns returned returning
        parcel parcels
        delivery deliveries
        size sizes
        refund refunds refunded
    """,
}


def made() -> Path:
    """Make them, once in a run; gives the folder for ASPA_DICTIONARIES."""
    from marisa_trie import BytesTrie  # type: ignore[import-not-found]

    edition = hashlib.sha256(str(FORMS).encode()).hexdigest()[:12]
    home = Path(tempfile.gettempdir()) / f"aspa-test-dictionaries-{edition}"
    folder = home / f"simplemma-{version('simplemma')}"
    folder.mkdir(parents=True, exist_ok=True)
    for language, lines in FORMS.items():
        file = folder / f"{language}.dic"
        if not file.exists():
            pairs = [
                (form, base.encode())
                for base, *forms in (line.split() for line in lines.strip().splitlines())
                for form in (base, *forms)
            ]
            # Whole before it has its name: other processes of the run look for it too.
            BytesTrie(pairs).save(f"{file}.{os.getpid()}")
            Path(f"{file}.{os.getpid()}").replace(file)
    return home
