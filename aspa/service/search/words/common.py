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
        perua, peruuttaa, peruutus, peruminen, peruuntua, lopettaa, irtisanoa, keskeyttää
        rikki, rikkinäinen, rikkoutua, hajota, viallinen, vika, vioittua, vaurio, toimia, särkyä, epäkunto
        reklamaatio, valitus, takuu, virhe, virhevastuu
        korjata, korjaus, huolto, huoltaa, korjauttaa
        hukkua, kadota, hävitä, kadonnut, saapua, tulla perille
        myöhässä, viivästyä, viipyä, myöhästyä, toimitusaika
        kauan, kesto, kestää, aika, nopeasti, milloin, päivä
        hinta, maksaa, kulu, kustannus, maksu, paljonko, euro, ilmainen, hinnasto, hinnoittelu
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
        puhelin, kännykkä, matkapuhelin, älypuhelin, luuri, känny, mobiili, laite
        netti, internet, laajakaista, verkko, nettiyhteys, yhteys, wifi, wlan
        modeemi, reititin, purkki, tukiasema
        televisio, tv, telkkari, töllö, digiboksi, boksi, kanava
        tietokone, kone, läppäri, kannettava, pöytäkone
        ohjelmisto, sovellus, ohjelma, appi, äppi, appsi
        data, giga, gigatavu, megatavu, gt, kiintiö
        katko, häiriö, poikki, vika, keskeytys, pimeä
        hidas, hidastua, tökkiä, pätkiä, takkuilla, nopeus, jumittaa, takuta
        jumi, jumissa, juuttua, jumiutua, jumittua, nollata, käynnistää
        käynnistää, käynnistyä, avautua, aueta, herätä, mennä päälle
        kuuluvuus, kenttä, signaali, peittoalue
        varastaa, varas, varkaus, varastettu, viedä, rosvo, pölliä
        huijaus, huijari, huijata, kalastelu, petos, roskaposti, valepuhelu
        lukita, lukko, lukkiutua, lukittua, lukittu, pin
        sulkea, estää, esto, kuolettaa, lukita
        avata, aukaista, auki, avaus
        näyttö, lasi, ruutu, näytönvaihto
        ulkomaa, matka, matkailla, matkustaa, reissu, loma, roaming
        numero, puhelinnumero, soitto
        puhelu, soittaa, soitto, puhua
        viesti, tekstiviesti, sms, sähköposti, posti, meili
        muistutus, maksumuistutus, karhu, karhukirje, perintä, ulosotto
        eräpäivä, maksuaika, lisäaika, lykkäys, siirtää, pidentää, myöhemmin
        lasku, kallis, hinta, summa, suuri, erittely, eritellä
        osamaksu, erä, kuukausierä, rahoitus, luotto, laina, velka, velaksi, kerrallaan, kuukausi
        korko, vuosikorko, kulu
        raha, euro, saldo, varat, tili, maksu
        pankki, verkkopankki, pankkitunnus, tilinumero, iban, e-lasku
        sopimus, liittymä, tilaus, jäsenyys, soppari, diili
        irtisanominen, lopettaa, päättää, erota, päättyä, irtisanoa, purkaa, poistua
        aloittaa, avata, liittyä, ottaa käyttöön, alkaa, rekisteröityä, luoda
        tauko, keskeyttää, tauottaa, jäädyttää, pysäyttää
        vaihtaa, vaihto, siirtää, siirto, siirtyä, kilpailuttaa
        operaattori, yhtiö, toimittaja, palveluntarjoaja, myyjä
        omistaja, haltija, nimi, omistus, periä, kuolinpesä, kuolla, kuolema, perintö
        muutto, muuttaa, muuttoilmoitus, koti, asunto, osoite
        koti, asunto, talo, kämppä, kotona, huoneisto
        lapsi, tyttö, poika, lapsonen, muksu, alaikäinen, nuori, vauva, huollettava, koululainen
        vanhempi, huoltaja, äiti, isä, mummo, vaari, iäkäs, vanhus, ikäihminen, omainen, eläkeläinen
        puolesta, valtuutus, valtuuttaa, valtakirja, edustaa, toinen
        tunnistautua, tunnistautuminen, varmenne, mobiilivarmenne, kirjautua, todistaa henkilöllisyys
        sähkö, virta, valo, energia, kilowattitunti
        sähkökatko, sähkö poikki, valot sammuivat, sulake, sähköttömyys
        kulutus, kuluttaa, kulua, käyttö, käyttää
        mittari, lukema, mittaus, mitata
        lämmitys, lämpö, lämmin, kylmä, patteri, lämpötila
        vesi, hana, vesijohto, juomavesi, putki
        auto, ajoneuvo, kaara, henkilöauto
        latausasema, laturi, latauslaite, latauspiste, lataus
        lääke, tabletti, pilleri, lääkitys, kuuri, särkylääke, valmiste
        resepti, lääkemääräys, uusia, uusiminen, e-resepti
        lääkäri, vastaanotto, hoitaja, sairaanhoitaja, terveydenhoito
        rokotus, rokote, piikki, rokottaa, pistos
        flunssa, influenssa, nuha, kuume, sairaus, sairas
        kuntosali, sali, treeni, treenata, harjoitella, liikunta, jumppa, urheilla
        tunti, ryhmätunti, jumppa, kurssi, luokka
        valmentaja, ohjaaja, treineri, trainer, personal trainer
        ovi, sisäänkäynti, sisään, sisälle, kulku, avain, ovikoodi
        peruuttaa, perua, osallistua, estynyt, estyä, ehtiä, poissa
        paikalla, kotona, läsnä, tavoittaa
        kuljettaja, kuljetus, kuski, lähetti, toimitus, kuljettaa
        kantaa, kanto, sisäänkanto, kantopalvelu, kerros, hissi, raput, portaat, sisälle
        toimituspäivä, ajankohta, toimitusaika, saapua, tulla, toimittaa, perille, perillä, aikataulu
        tavara, tuote, paketti, ostos, lähetys, artikkeli
        koota, kasata, rakentaa, asentaa, kokoaminen, kokoonpano, asentaja, kokoamispalvelu
        huonekalu, kaluste, mööpeli, sisustus
        sohva, divaani, nojatuoli, istuin
        sänky, vuode, patja, petari, peti
        pöytä, työpöytä, ruokapöytä
        kaappi, lipasto, hylly, kaapisto, kirjahylly
        ruuvi, mutteri, osa, pultti, tappi, sarana
        tahra, läiskä, lika, kaatua, likaantua, sotkea, tahrautua
        jälki, naarmu, rengas, läiskä, painauma
        naarmu, kolhu, lommo, kolhiintua, vaurio, vahingoittua, naarmuuntua, särö, halkeama
        kangas, verhoilu, päällinen, materiaali, nahka
        lemmikki, koira, kissa, eläin, hauva
        pehmeä, kova, jämäkkä, kovuus, tukeva
        hoitaa, hoito, öljytä, huoltaa, vaalia
        vanha, käytetty, kierrättää, entinen, poisvienti, pois
        keittiö, kaapisto, kodinkone
        pesukone, kodinkone, astianpesukone, kone
        ohje, opas, neuvo, manuaali, pdf, käyttöohje
        suunnitella, suunnittelu, suunnittelija, piirtää
        kampanja, tarjous, alennus, halpa, halvin, edullinen, halvempi
        kortti, maksukortti, pankkikortti, visa, luottokortti
        kelvata, toimia, hyväksyä, hylätä, onnistua
        piste, bonus, etu, kanta-asiakas, jäsenetu, asiakasetu
        vakuutus, vakuuttaa, turva, omavastuu, korvaus, korvata, vahinko, vahinkoilmoitus
        hotelli, huone, majoitus, yöpyä, yö, yöpyminen
        lento, lentää, matka, lentolippu, lentokone
        lippu, pääsylippu, matkalippu, tiketti
        juna, bussi, bussilippu, linja-auto, juna-asema
        pysäköinti, pysäköidä, parkki, parkkipaikka, parkkeerata, parkkisakko
        ruoka, ateria, annos, ruokalista, syödä, menu
        aamiainen, aamupala, lounas
        sauna, suihku, pyyhe, pukuhuone
        opiskelija, opiskelija-alennus, eläkeläinen, seniori
        työ, työpaikka, rekry, rekrytointi, avoin työpaikka, hakea töihin
        käyttäjä, käyttäjätunnus, tunnus, tili, jäsen
        kutsua, lisätä, kutsu, tiimi, kollega
        poistaa, poistaminen, poisto, tuhota, hävittää
        varmuuskopio, varmuuskopioida, palauttaa tiedot, tallentaa
        vienti, viedä, tuoda, siirtää tiedot, csv, excel
        tulostaa, tulostin, printteri, tuloste
        kuva, valokuva, kamera, video
        ääni, kaiutin, kuuloke, melu, kuulua
        päivittää, päivitys, versio, uusi versio
        kieli, suomi, englanti, kieliversio, ruotsi
        palkka, palkkio, tulot, liksa, ansio
        työntekijä, henkilöstö, henkilökunta, duunari
        kokous, seminaari, koulutus, palaveri, tapahtuma, juhla
        uida, uima-allas, allas, uinti, kylpylä
        lakana, liinavaate, pyyhe, petivaate
        esteetön, pyörätuoli, rollaattori, liikuntarajoitteinen, invalidi
        kirjanpito, kirjanpitäjä, tilitoimisto, tilinpäätös
        tiliote, tapahtuma, tilitapahtuma
        vero, alv, arvonlisävero, verovähennys, kotitalousvähennys
        takuu, takuuaika, virhevastuu
        katua, katumapäälle, peruutusoikeus, palautusoikeus
        jono, jonottaa, odottaa, odotusaika
        löytää, löytötavara, unohtaa, unohtua, jättää, hukata, hukassa, kadottaa
        ystävä, kaveri, suositella, suositus
        pyhä, juhlapyhä, sunnuntai, viikonloppu, joulu, aukioloaika
        kierros, tutustua, kokeilla, esittely, näyte
        turvallisuus, tietoturva, hakkeroida, murtaa, vuoto
        iho, kosmetiikka, voide
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
        pris, kosta, kostnad, avgift, gratis, betala, euro
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
        telefon, mobil, mobiltelefon, lur, smarttelefon, apparat
        internet, nät, nätet, bredband, uppkoppling, wifi, surf
        modem, router
        tv, teve, box, kanal
        dator, laptop, datamaskin
        avbrott, störning, strömavbrott, fel, nere
        långsam, seg, trög, hastighet
        stulen, stjäla, stöld, tjuv, förlora, tappa
        spärra, blockera, stänga, låsa
        bedrägeri, lura, bluff, nätfiske
        förfallodag, betalningstid, senare, uppskov, skjuta upp
        betalningspåminnelse, påminnelse, inkasso, indrivning
        faktura, räkning, nota
        delbetalning, månadsbetalning, avbetalning, finansiering, lån
        avtal, abonnemang, kontrakt, prenumeration, medlemskap
        uppsägning, säga upp, avsluta, sluta, avsäga
        byta, överföra, flytta, ta med
        utlandet, utomlands, resa, semester
        flytta, flytt, ny adress, bostad
        el, ström, elektricitet, energi
        bil, fordon, elbil
        medicin, läkemedel, tablett, recept
        läkare, doktor, mottagning
        gym, träning, träna
        möbel, möbler, inredning
        montera, montering, sätta ihop, bygga
        leverera, leverans, köra hem, frakta
        soffa, fåtölj
        säng, madrass
        fläck, smuts, spilla
        skada, repa, buckla, märke
        skruv, del, mutter
        gammal, begagnad, återvinna
        försäkring, ersättning, självrisk
        biljett, inträde
        parkering, parkera
        ta bort, radera, avlägsna
        barn, minderårig, son, dotter
        sommarstuga, stuga, hus, lägenhet, hem
        poäng, bonus, förmån
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
        price, cost, fee, charge, pay, free, euro, euros
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
        phone, mobile, cell, cellphone, smartphone, handset, device
        internet, broadband, connection, wifi, network
        modem, router
        tv, television, telly, box
        computer, laptop, pc
        outage, downtime, down, disruption, blackout, power cut
        slow, sluggish, lag, speed
        stolen, steal, theft, thief, lost, lose
        block, bar, suspend, lock
        scam, fraud, phishing, spam
        due, extension, later, postpone, defer
        reminder, overdue, collection, debt
        bill, invoice, statement
        instalment, finance, loan, monthly
        contract, agreement, subscription, plan, membership
        cancel, end, terminate, quit, leave, notice
        switch, transfer, move, port, bring, keep
        abroad, travel, trip, holiday, roaming
        move, relocate, home, house, flat, apartment
        electricity, power, energy
        car, vehicle, ev
        medicine, medication, drug, tablet, pill, prescription
        doctor, physician, appointment
        gym, training, workout, exercise
        furniture, sofa, couch, settee
        bed, mattress
        assemble, assembly, build, put together
        deliver, delivery, bring, ship
        stain, spot, spill, dirt
        damage, scratch, dent, crack
        screw, bolt, part, piece
        old, used, recycle, dispose, throw
        insurance, compensation, cover, deductible
        ticket, admission
        parking, park
        delete, remove, erase
        child, kid, minor, son, daughter
        points, bonus, loyalty
        """,
    }.items()
}
