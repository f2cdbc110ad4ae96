"""Words by which customers of shops and service companies ask for the same thing, by language: one group a line.

A group says no more than that an answer to one word may be an answer to the other. Brands add their own (`synonyms`).
"""

from __future__ import annotations

GROUPS = {
    language: tuple(tuple(word.strip() for word in line.split(",")) for line in lines.strip().splitlines())
    for language, lines in {
        "fi": """
        paketti, lähetys, toimitus, tilaus, kolli
        palauttaa, palautus, lähettää takaisin, antaa takaisin, viedä takaisin
        hyvitys, rahanpalautus, rahat takaisin, raha
        vaihtaa, vaihto, muuttaa, korvata
        perua, peruuttaa, peruutus, peruminen, lopettaa, irtisanoa, keskeyttää
        rikki, rikkinäinen, rikkoutua, hajota, viallinen, vika, vioittua, vaurio, toimia, särkyä, epäkunto
        reklamaatio, valitus, takuu, virhe, virhevastuu
        korjata, korjaus, huolto, huoltaa, korjauttaa
        hukkua, kadota, hävitä, kadonnut, saapua, tulla perille
        myöhässä, viivästyä, viipyä, myöhästyä, toimitusaika
        kauan, kesto, kestää, aika, nopeasti, milloin, päivä
        hinta, maksaa, kulu, kustannus, maksu, paljonko, euro, ilmainen
        toimituskulu, postikulu, postimaksu, rahti, kuljetusmaksu, toimitusmaksu
        seurata, seuranta, jäljittää, sijainti, seurantakoodi
        noutaa, nouto, hakea, noutopiste, automaatti, postitoimipaikka
        kotiinkuljetus, kotiin, kotiovi, kotitoimitus
        osoite, muutto, katuosoite, postinumero
        lasku, erä, osamaksu, luotto, osissa, laskutus
        maksutapa, maksukortti, pankkikortti, luottokortti, verkkopankki, mobilepay
        kuitti, tosite, ostotosite, lasku
        alennus, ale, tarjous, kuponki, alennuskoodi, etukoodi, kampanja, etu
        lahjakortti, lahja, arvokortti
        salasana, tunnus, kirjautua, kirjautuminen, sisään, tunnussana
        tili, käyttäjätili, asiakastili, profiili, rekisteröityä, jäsenyys, kanta-asiakas
        koko, mitta, mittataulukko, kokotaulukko, istua, sopia, pieni, iso
        pestä, pesu, puhdistaa, siivota, hoito, hoito-ohje, pesukone, tahra
        materiaali, valmistaa, kangas, raaka-aine, kuitu, tehdä
        allergia, kutittaa, ihottuma, herkkä, yliherkkyys, iho
        kauppa, myymälä, liike, putiikki, kivijalka, toimipiste
        auki, avoinna, aukioloaika, kiinni, aukiolo, sulkea
        soittaa, puhelin, puhelinnumero, yhteystieto, asiakaspalvelu, yhteys
        loppua, loppuunmyyty, varasto, saatavuus, saatavilla, täydennys, saada
        puuttua, vajaa, unohtua, jäädä
        väärä, virheellinen, eri, vaihtua
        uutiskirje, mainos, markkinointi, mainosviesti, postituslista, tilaaja
        tietosuoja, henkilötieto, tieto, gdpr, yksityisyys, rekisteri
        ulkomaa, maa, eurooppa, kansainvälinen, tulli
        yritys, firma, y-tunnus, yritysasiakas, alv, arvonlisävero
        ladata, lataus, akku, virta, latauslaite, laturi, tyhjentyä
        asentaa, asennus, kasata, koota, kokoaminen, kokoamisohje, ohje
        käyttöohje, ohje, opas, ohjekirja, manuaali
        varaosa, osa, lisävaruste, tarvike
        turvallinen, turvallisuus, ikäraja, ikä, vaarallinen
        kierrättää, hävittää, kierrätys, jäte, ympäristö
        kestävä, ympäristö, vastuullinen, ekologinen, eettinen
        vuokrata, vuokraus, lainata, kokeilla
        varata, varaus, ajanvaraus, aika, tapaaminen
        arvostelu, palaute, mielipide, kokemus
        """,
        "sv": """
        paket, försändelse, leverans, beställning, order
        returnera, retur, skicka tillbaka, lämna tillbaka, ångra, ångerrätt
        återbetalning, pengarna tillbaka, pengar
        byta, byte, ändra, ersätta
        avbeställa, avbryta, avboka, annullera, avsluta, säga upp
        trasig, sönder, defekt, fel, skadad, fungera, gå sönder
        reklamation, reklamera, klagomål, garanti, fel
        reparera, reparation, laga, service, underhåll
        försvinna, borta, saknas, komma fram, anlända
        försenad, sen, dröja, leveranstid
        länge, tid, dag, snabbt, när
        pris, kosta, kostnad, avgift, gratis, betala
        fraktkostnad, frakt, porto, leveransavgift
        spåra, spårning, följa, kollinummer
        hämta, avhämtning, ombud, utlämningsställe
        hemleverans, hem, hemkörning
        adress, flytta, postnummer
        faktura, delbetalning, avbetalning, kredit
        betalsätt, betalkort, bankkort, kreditkort, kort
        kvitto, verifikat, faktura
        rabatt, rea, erbjudande, kupong, rabattkod, kampanj
        presentkort, present, gåva
        lösenord, inloggning, logga in, användarnamn
        konto, profil, registrera, medlem
        storlek, mått, storlekstabell, passa, liten, stor
        tvätta, tvätt, rengöra, skötsel, skötselråd, fläck
        material, tyg, fiber, tillverka
        allergi, klia, känslig, hud
        butik, affär, varuhus
        öppen, öppettid, öppet, stängt
        ringa, telefon, telefonnummer, kontakt, kundtjänst
        slut, slutsåld, lager, tillgänglig, tillgänglighet
        nyhetsbrev, reklam, marknadsföring, utskick
        personuppgift, dataskydd, integritet, gdpr, uppgift
        utland, land, europa, tull
        företag, organisationsnummer, moms
        ladda, laddning, batteri, laddare, ström
        montera, montering, installera, installation, anvisning
        bruksanvisning, manual, anvisning, instruktion
        reservdel, del, tillbehör
        återvinna, återvinning, avfall, miljö
        hållbar, miljö, ekologisk, etisk
        hyra, låna, prova
        boka, bokning, tidsbokning
        recension, omdöme, åsikt, betyg
        """,
        "en": """
        parcel, package, shipment, delivery, order
        return, send back, give back, withdraw
        refund, reimbursement, money back, money
        exchange, swap, replace, change
        cancel, cancellation, stop, terminate, unsubscribe
        broken, faulty, defective, damaged, defect, work, crack
        complaint, claim, warranty, guarantee, fault
        repair, fix, service, maintenance, mend
        lost, missing, arrive, disappear
        late, delayed, delay, delivery
        long, time, duration, day, fast, quickly
        price, cost, fee, charge, pay, free
        postage, shipping, freight, delivery
        track, tracking, trace, follow
        collect, pickup, fetch, locker
        address, move, postcode
        invoice, bill, instalment, credit
        payment, card, credit, pay
        receipt, proof, invoice
        discount, sale, offer, coupon, voucher, promo, code
        voucher, gift
        password, login, sign in, log in, username
        account, profile, register, membership
        size, measurement, fit, small, large
        wash, clean, laundry, care, stain
        material, fabric, fibre, made
        allergy, itch, sensitive, skin
        shop, store, outlet
        open, hours, closed, opening
        call, phone, telephone, contact, support
        stock, available, sold, availability
        newsletter, marketing, advertisement, mailing
        privacy, data, personal, gdpr
        abroad, country, overseas, customs, international
        company, business, vat
        charge, battery, charger, power
        install, assemble, installation, assembly, instruction
        manual, guide, instruction
        part, spare, accessory
        recycle, recycling, waste, dispose
        sustainable, environment, ecological, ethical
        rent, hire, borrow, try
        book, booking, appointment, reserve
        review, rating, opinion, feedback
        """,
    }.items()
}
