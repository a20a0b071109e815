"""What people write about opening times: understood as they mean it, or not at all."""

import pytest

from kiosk.directory.hours.french import understood, understood_week


@pytest.mark.parametrize(
    ("text", "osm"),
    [
        # times
        ("lundi 9h-12h", "Mo 09:00-12:00"),
        ("lundi 9h/12h", "Mo 09:00-12:00"),
        ("lundi 9 h 00 - 12 h 00", "Mo 09:00-12:00"),
        ("lundi 9 heures à 12 heures", "Mo 09:00-12:00"),
        ("lundi 9.30 - 12.30", "Mo 09:30-12:30"),
        ("lundi de 9 à 12", "Mo 09:00-12:00"),
        ("lundi de 9 à 12h et de 14 à 18h30", "Mo 09:00-12:00,14:00-18:30"),
        ("lundi entre 10h et 12h", "Mo 10:00-12:00"),
        ("lundi 9h-12h-14h-17h", "Mo 09:00-12:00,14:00-17:00"),
        ("lundi 9h 12h 14h 17h", "Mo 09:00-12:00,14:00-17:00"),
        ("lundi 9h à midi et de 14h à 18h", "Mo 09:00-12:00,14:00-18:00"),
        ("lundi 9h 0 12h", "Mo 09:00-12:00"),
        ("lundi 14hà 17h30", "Mo 14:00-17:30"),
        ("lundi 13h 30 à 16h30", "Mo 13:30-16:30"),
        ("lundi 8h-20h non stop", "Mo 08:00-20:00"),
        # nights
        ("samedi 20h-2h", "Sa 20:00-02:00"),
        ("vendredi 22h-6h", "Fr 22:00-06:00"),
        ("7j/7 de 8h à minuit", "Mo-Su 08:00-24:00"),
        ("24h/24 et 7j/7", "24/7"),
        ("7 jours sur 7, 24 heures sur 24", "24/7"),
        ("24h/24 sauf le dimanche", "Mo-Sa 00:00-24:00"),
        ("Ouvert 7j/7, 24h/24 sauf jours fériés", "Mo-Su 00:00-24:00; PH off"),
        # late openings
        (
            "mardi au dimanche de 10h à 18h, avec une nocturne le jeudi jusqu'à 21h",
            "Tu,We,Fr-Su 10:00-18:00; Th 10:00-21:00",
        ),
        (
            "lundi au vendredi 9h-12h et 14h-17h (nocturne le jeudi jusqu'à 20h), samedi 9h-12h",
            "Mo-We,Fr 09:00-12:00,14:00-17:00; Th 09:00-12:00,14:00-20:00; Sa 09:00-12:00",
        ),
        ("lundi et mardi 9h-17h. Nocturne jusqu'à 20h le mardi", "Mo 09:00-17:00; Tu 09:00-20:00"),
        # what is said of the times behind them
        ("lundi 9h-12h le matin et 14h-17h l'après-midi", "Mo 09:00-12:00,14:00-17:00"),
        ("lundi : 9h-12h\nmardi : idem\nmercredi : 14h-17h", "Mo,Tu 09:00-12:00; We 14:00-17:00"),
        ("lundi 9h-12h, ouvert à tous", "Mo 09:00-12:00"),
        (
            "lundi 9h-12h et sur rendez-vous les autres jours",
            'Mo 09:00-12:00 || unknown "sur rendez-vous les autres jours"',
        ),
        ("Horaires du lundi : 9h-12h. Horaires du mardi : 14h-17h", "Mo 09:00-12:00; Tu 14:00-17:00"),
        # halves of days, and cells of tables
        ("lundi : matin fermé, après-midi 14h-17h", "Mo 14:00-17:00"),
        ("lundi : matin 9h-12h, après-midi fermé", "Mo 09:00-12:00"),
        ("lundi 9h-12h / fermé\nmardi : fermé / 14h-17h", "Mo 09:00-12:00; Tu 14:00-17:00"),
        (
            "lundi 9h-12h et 14h-17h ; jeudi 9h-12h, fermé l'après-midi",
            "Mo 09:00-12:00,14:00-17:00; Th 09:00-12:00",
        ),
        (
            "Lundi\nMatin : 9h-12h\nAprès-midi : 14h-17h\nMardi\nMatin : 9h-12h",
            "Mo 09:00-12:00,14:00-17:00; Tu 09:00-12:00",
        ),
        ("lundi, le matin de 9h à 12h et l'après-midi de 14h à 17h", "Mo 09:00-12:00,14:00-17:00"),
        ("lundi 9h-12h, l'après-midi sur rendez-vous", 'Mo 09:00-12:00 || unknown "l\'après-midi sur rendez-vous"'),
        (
            "lundi 9h-12h et 14h-17h (sur rendez-vous l'après-midi)",
            'Mo 09:00-12:00, Mo 14:00-17:00 unknown "sur rendez-vous l\'après-midi"',
        ),
        # an end that is another, and days of the month that are closed
        (
            "lundi au vendredi 9h-12h et 14h-17h, vendredi jusqu'à 16h",
            "Mo-Th 09:00-12:00,14:00-17:00; Fr 09:00-12:00,14:00-16:00",
        ),
        ("lundi au vendredi 9h-17h. Fermé le 1er lundi du mois", "Mo-Fr 09:00-17:00; Mo[1] off"),
        (
            "lundi 9h-12h. Fermé les jours fériés et entre Noël et le jour de l'an",
            "Mo 09:00-12:00; PH off; Dec 25-Jan 01 off",
        ),
        # of the last sentence alone, or perhaps of all
        (
            "lundi 9h-12h. Mardi 9h-12h sur rendez-vous.",
            'Mo 09:00-12:00; Tu 09:00-12:00 unknown "sur rendez-vous"',
        ),
        ("lundi 9h-12h, mardi 9h-12h sur rendez-vous.", 'Mo,Tu 09:00-12:00 unknown "sur rendez-vous"'),
        # school holidays instead of the rest
        ("Hors vacances scolaires : lundi 9h-12h", "Mo 09:00-12:00; SH off"),
        (
            "Hors vacances scolaires : lundi 9h-12h. Vacances scolaires : mardi 9h-12h",
            "Mo 09:00-12:00; SH off; SH Tu 09:00-12:00",
        ),
        (
            "lundi 14h-17h. Vacances scolaires : lundi et mardi 10h-17h",
            "Mo 14:00-17:00; SH off; SH Mo,Tu 10:00-17:00",
        ),
        ("lundi 9h-12h (hors vacances scolaires zone B)", "Mo 09:00-12:00; SH off"),
        # parts of the year, as strangers write them
        ("Du 01/04 au 30/09 : lundi 9h-12h", "Apr 01-Sep 30 Mo 09:00-12:00"),
        ("été (01/04 au 30/09) lundi 9h-12h", "Apr 01-Sep 30 Mo 09:00-12:00"),
        ("lundi 9h-12h, fermé du 14/08/2026 au 20/08/2026", "Mo 09:00-12:00; 2026 Aug 14-2026 Aug 20 off"),
        (
            "du 1er mars au 14 juin et du 16 septembre au 31 octobre lundi 9h-12h",
            "Mar 01-Jun 14,Sep 16-Oct 31 Mo 09:00-12:00",
        ),
        ("juillet août lundi 9h-12h", "Jul,Aug Mo 09:00-12:00"),
        ("Haute saison : juillet et août\nlundi 9h-12h", "Jul,Aug Mo 09:00-12:00"),
        (
            "Basse saison : octobre à mars : lundi 9h-12h / Haute saison : avril à septembre : mardi 9h-12h",
            "Oct-Mar Mo 09:00-12:00; Apr-Sep Tu 09:00-12:00",
        ),
        ("1er mars - 31 mai / 1er septembre - 31 octobre : lundi 9h-12h", "Mar 01-May 31,Sep 01-Oct 31 Mo 09:00-12:00"),
        ("lundi 9h-12h sauf août et jours fériés", "Mo 09:00-12:00; PH off; Aug off"),
        (
            "mardi d'octobre à mars 9h-12h et d'avril à septembre 9h-13h",
            "Oct-Mar Tu 09:00-12:00; Apr-Sep Tu 09:00-13:00",
        ),
        (
            "mardi 9h-12h d'octobre à mars et 9h-13h d'avril à septembre",
            "Oct-Mar Tu 09:00-12:00; Apr-Sep Tu 09:00-13:00",
        ),
        (
            "mardi 9h-12h d'octobre à mars et d'avril à septembre 9h-13h",
            "Oct-Mar Tu 09:00-12:00; Apr-Sep Tu 09:00-13:00",
        ),
        ("lundi 9h-17h. En août : lundi 9h-12h", "Mo 09:00-17:00; Aug Mo 09:00-12:00"),
        (
            "lundi 9h-17h. Horaires hiver (1er novembre au 31 mars) : lundi et mardi 9h-16h",
            "Mo 09:00-17:00; Nov 01-Mar 31 Mo,Tu 09:00-16:00",
        ),
        ("lundi 9h-17h (16h en juillet et août)", "Mo 09:00-17:00; Jul,Aug Mo 09:00-16:00"),
        (
            "vacances scolaires : lundi 9h-12h, hors vacances scolaires : mardi 9h-12h",
            "Tu 09:00-12:00; SH off; SH Mo 09:00-12:00",
        ),
        ("lundi 9h-12h, fermé en août et vacances scolaires", "Mo 09:00-12:00; SH off; Aug off"),
        ("lundi 9h-12h, dimanche et jours fériés 9h-11h sauf 1er mai", "Mo 09:00-12:00; Su,PH 09:00-11:00; May 01 off"),
        ("lundi 9h-12h. Fermeture : jours fériés", "Mo 09:00-12:00; PH off"),
        # more words
        ("lundi 9h-12h ou sur rendez-vous", 'Mo 09:00-12:00 || unknown "sur rendez-vous"'),
        ("La mairie vous accueille lundi de 9h à 12h", "Mo 09:00-12:00"),
        ("lundi 9h-12h. Elle est fermée en août.", "Mo 09:00-12:00; Aug off"),
        ("lundi 9h-12h ainsi que le mardi 14h-17h", "Mo 09:00-12:00; Tu 14:00-17:00"),
        ("tous les jours 9h-17h, dimanche compris", "Mo-Su 09:00-17:00"),
        ("tous les jours (sf mardi) 9h-17h", "Mo,We-Su 09:00-17:00"),
        ("samedi à 9h - 17h", "Sa 09:00-17:00"),
        ("le 1<sup>er</sup> lundi du mois 9h-12h", "Mo[1] 09:00-12:00"),
        # days
        ("lun-ven 9h-17h", "Mo-Fr 09:00-17:00"),
        ("du lun. au ven. 9h-17h", "Mo-Fr 09:00-17:00"),
        ("du mecredi au vendrdi 9h-12h", "We-Fr 09:00-12:00"),
        ("du samedi au lundi 9h-12h", "Mo,Sa,Su 09:00-12:00"),
        ("lundi-mardi 9h-12h", "Mo,Tu 09:00-12:00"),
        ("lundi/mardi/jeudi 9h-12h", "Mo,Tu,Th 09:00-12:00"),
        ("DU LUNDI AU VENDREDI DE 8H30 A 12H ET DE 14H A 17H", "Mo-Fr 08:30-12:00,14:00-17:00"),
        ("9h-12h du lundi au jeudi, 14h-16h le vendredi", "Mo-Th 09:00-12:00; Fr 14:00-16:00"),
        ("en semaine 9h-17h, le week-end 10h-12h", "Mo-Fr 09:00-17:00; Sa,Su 10:00-12:00"),
        ("lundi matin de 9h à 12h et après-midi de 14h à 17h", "Mo 09:00-12:00,14:00-17:00"),
        ("lundi 9h-12h / lundi 14h-17h", "Mo 09:00-12:00,14:00-17:00"),
        ("lundi 9.00-12.00 et 14.00-17.00", "Mo 09:00-12:00,14:00-17:00"),
        ("lundi 9 heures 30 à 12 heures", "Mo 09:30-12:00"),
        ("Du mardi au samedi inclus : 10h-18h", "Tu-Sa 10:00-18:00"),
        ("L-V 9h-17h", "Mo-Fr 09:00-17:00"),
        ("L. au V. : 9h-12h", "Mo-Fr 09:00-12:00"),
        ("du L au S 9h-12h", "Mo-Sa 09:00-12:00"),
        ("LMMJV 9h-17h", "Mo-Fr 09:00-17:00"),
        ("l/m/m/j/v : 9h-17h", "Mo-Fr 09:00-17:00"),
        ("Lundi au vendredi : matin 9h-12h, après-midi 14h-17h", "Mo-Fr 09:00-12:00,14:00-17:00"),
        ("tous les soirs de 18h à 8h", "Mo-Su 18:00-08:00"),
        ("Toutes les nuits de 20h à 8h", "Mo-Su 20:00-08:00"),
        ("Ouvert tous les jours de l'année de 8h à 20h", "Mo-Su 08:00-20:00"),
        ("365 jours par an, 24h/24", "24/7"),
        (
            "lundi au vendredi 9h-12h 14h-17h (16h le vendredi)",
            "Mo-Th 09:00-12:00,14:00-17:00; Fr 09:00-12:00,14:00-16:00",
        ),
        ("lundi au vendredi 9h-17h (vendredi jusqu'à 16h30)", "Mo-Th 09:00-17:00; Fr 09:00-16:30"),
        ("lundi au vendredi 9h-17h (jusqu'à 20h le jeudi)", "Mo-We,Fr 09:00-17:00; Th 09:00-20:00"),
        ("lundi au vendredi 9h-17h (sauf juillet et août)", "Mo-Fr 09:00-17:00; Jul,Aug off"),
        # of the month, of the week, of the year
        ("le 1er mardi du mois de 9h à 12h", "Tu[1] 09:00-12:00"),
        ("1er et 3ème lundi du mois 14h-17h", "Mo[1,3] 14:00-17:00"),
        ("les deux premiers samedis", None),
        ("les 2 premiers samedis de chaque mois 9h-12h", "Sa[1,2] 09:00-12:00"),
        ("dernier vendredi du mois 9h-12h", "Fr[-1] 09:00-12:00"),
        ("les lundis des semaines paires de 9h à 12h", "week 02-52/2 Mo 09:00-12:00"),
        ("lundi (semaine impaire) 9h-12h", "week 01-53/2 Mo 09:00-12:00"),
        ("les mardis d'octobre à juin de 9h à 17h", "Oct-Jun Tu 09:00-17:00"),
        ("lundi 9h-12h de septembre à juin", "Sep-Jun Mo 09:00-12:00"),
        (
            "de septembre à juin : lundi 9h-12h ; juillet-août : lundi 10h-12h",
            "Sep-Jun Mo 09:00-12:00; Jul-Aug Mo 10:00-12:00",
        ),
        ("toute l'année du lundi au vendredi de 9h à 17h", "Mo-Fr 09:00-17:00"),
        # exceptions
        ("tous les jours sauf le mardi de 9h à 18h", "Mo,We-Su 09:00-18:00"),
        ("tous les jours de 9h à 18h sauf mardi et jours fériés", "Mo,We-Su 09:00-18:00; PH off"),
        (
            "lundi au vendredi 9h-12h 14h-17h, fermé le mercredi matin",
            "Mo,Tu,Th,Fr 09:00-12:00,14:00-17:00; We 14:00-17:00",
        ),
        (
            "lundi au vendredi 8h30-12h et 13h30-17h sauf vendredi 16h30",
            "Mo-Th 08:30-12:00,13:30-17:00; Fr 08:30-12:00,13:30-16:30",
        ),
        ("du lundi au vendredi 9h-17h. Fermé en août", "Mo-Fr 09:00-17:00; Aug off"),
        ("du lundi au vendredi 9h-17h, fermé du 1er au 15 août", "Mo-Fr 09:00-17:00; Aug 01-Aug 15 off"),
        (
            "du lundi au vendredi 9h-17h, fermé du 24 décembre au 2 janvier 2027",
            "Mo-Fr 09:00-17:00; 2026 Dec 24-2027 Jan 02 off",
        ),
        ("tous les jours, jours fériés compris, de 9h à 20h", "Mo-Su,PH 09:00-20:00"),
        ("lundi au vendredi, jours fériés compris, 9h-12h", "Mo-Fr 09:00-12:00; PH Mo-Fr 09:00-12:00"),
        ("lundi au vendredi 9h-12h, y compris les jours fériés", "Mo-Fr 09:00-12:00; PH Mo-Fr 09:00-12:00"),
        ("samedi, dimanche et jours fériés compris 9h-12h", "Sa,Su,PH 09:00-12:00"),
        ("dimanches et jours fériés 9h-12h", "Su,PH 09:00-12:00"),
        ("lundi 9h-12h (hors vacances scolaires)", "Mo 09:00-12:00; SH off"),
        (
            "lundi au vendredi : 9h à 17h30 (17h pendant les vacances scolaires)",
            "Mo-Fr 09:00-17:30; SH off; SH Mo-Fr 09:00-17:00",
        ),
        ("toute l'année sauf août, le lundi de 9h à 12h", "Mo 09:00-12:00; Aug off"),
        (
            "du lundi au vendredi 9h-17h, sauf jours fériés, et le samedi 9h-12h",
            "Mo-Fr 09:00-17:00; Sa 09:00-12:00; PH off",
        ),
        (
            "lundi au mercredi 9h-12h 14h-17h sauf mardi après-midi et mercredi après-midi",
            "Mo 09:00-12:00,14:00-17:00; Tu,We 09:00-12:00",
        ),
        ("lundi au vendredi 9h-18h, fermé de 12h à 14h", "Mo-Fr 09:00-12:00,14:00-18:00"),
        ("lundi 9h-18h, mardi 9h-17h. Fermé de 12h à 13h", "Mo 09:00-12:00,13:00-18:00; Tu 09:00-12:00,13:00-17:00"),
        ("lundi 9h-12h 14h-17h, mardi 9h-12h (fermé l'après-midi)", "Mo 09:00-12:00,14:00-17:00; Tu 09:00-12:00"),
        ("lundi au vendredi 9h-17h (fermeture à 16h le vendredi)", "Mo-Th 09:00-17:00; Fr 09:00-16:00"),
        ("mercredi 14h-18h (10h-18h pendant les vacances scolaires)", "We 14:00-18:00; SH off; SH We 10:00-18:00"),
        ("Période scolaire : mercredi 14h-18h. Vacances : mardi 9h-12h", "We 14:00-18:00; SH off; SH Tu 09:00-12:00"),
        (
            "Semaines paires : lundi 9h-12h. Semaines impaires : mardi 9h-12h",
            "week 02-52/2 Mo 09:00-12:00; week 01-53/2 Tu 09:00-12:00",
        ),
        (
            "Horaires d'été (juillet-août) : lundi au vendredi 8h-14h. Le reste de l'année : lundi au samedi 9h-12h",
            "Mo-Sa 09:00-12:00; Jul-Aug off; Jul-Aug Mo-Fr 08:00-14:00",
        ),
        (
            "Juillet : lundi 9h-12h. Août : mardi 9h-12h. Hors saison : mercredi 9h-12h",
            "We 09:00-12:00; Jul,Aug off; Jul Mo 09:00-12:00; Aug Tu 09:00-12:00",
        ),
        *(
            (f"lundi au mercredi 9h-12h 14h-17h, fermé {halves}", "Mo,Tu 14:00-17:00; We 09:00-12:00,14:00-17:00")
            for halves in ("les lundi et mardi matin", "lundis et mardis matins")
        ),
        ("lundi 9h-17h. Fermé en août. Mercredi 9h-12h", "Mo 09:00-17:00; We 09:00-12:00; Aug off"),
        ("Hors vacances scolaires : lundi 9h-17h, mercredi 9h-12h", "Mo 09:00-17:00; We 09:00-12:00; SH off"),
        ("lundi 9h-17h, fermé du 24 au 31 décembre", "Mo 09:00-17:00; Dec 24-Dec 31 off"),
        ("lundi 9h-17h, fermé du 10 au 20 août", "Mo 09:00-17:00; Aug 10-Aug 20 off"),
        ("lundi 9h-12h, mardi 9h-12h, fermé en août", "Mo,Tu 09:00-12:00; Aug off"),
        ("lundi 9h-12h, une semaine sur deux", 'Mo 09:00-12:00 unknown "une semaine sur deux"'),
        # what an exception is of
        (
            "De mai à septembre : 10h-19h tous les jours. D'octobre à avril : 10h-17h tous les jours sauf lundi.",
            "May-Sep Mo-Su 10:00-19:00; Oct-Apr Tu-Su 10:00-17:00",
        ),
        (
            "De mai à septembre : tous les jours 10h-19h sauf lundi. D'octobre à avril : tous les jours 10h-17h",
            "May-Sep Tu-Su 10:00-19:00; Oct-Apr Mo-Su 10:00-17:00",
        ),
        (
            "De mai à juin : lundi au vendredi 9h-18h. De juillet à avril : lundi au vendredi 9h-17h (16h le vendredi)",
            "May-Jun Mo-Fr 09:00-18:00; Jul-Apr Mo-Th 09:00-17:00; Jul-Apr Fr 09:00-16:00",
        ),
        (
            "lundi au samedi 9h-12h et lundi au vendredi 14h-17h, fermé le mercredi",
            "Mo,Tu,Th,Fr 09:00-12:00,14:00-17:00; Sa 09:00-12:00",
        ),
        ("lundi au vendredi 9h-17h sauf jours fériés et août", "Mo-Fr 09:00-17:00; PH off; Aug off"),
        # one service, named first
        ("Accueil de nuit : 19h30-8h tous les jours", "Mo-Su 19:30-08:00"),
        ("Distribution de repas chauds tous les soirs de 19h à 20h30", "Mo-Su 19:00-20:30"),
        ("Permanence d'accès aux soins (PASS) : lundi 9h-12h", "Mo 09:00-12:00"),
        ("Service social départemental - accueil du public du lundi au jeudi 9h-12h", "Mo-Th 09:00-12:00"),
        ("Appel gratuit, 7j/7, de 9h à 23h", "Mo-Su 09:00-23:00"),
        # signs of web pages
        (
            "<p>Lundi&nbsp;: 9h&ndash;12h</p><ul><li>Mardi&#160;<b>14h</b>-17h</li></ul>",
            "Mo 09:00-12:00; Tu 14:00-17:00",
        ),
        ("Lundi 9h-12h · Mardi fermé · Jeudi 14h-19h", "Mo 09:00-12:00; Th 14:00-19:00"),
        ("Lundi | 09:00-12:00 | 14:00-17:00\nMardi | 09:00-12:00 |", "Mo 09:00-12:00,14:00-17:00; Tu 09:00-12:00"),
        ("Lundi 9h-12hMardi 14h-17h", "Mo 09:00-12:00; Tu 14:00-17:00"),
        ("lundi 8h-12h & 14h-17h", "Mo 08:00-12:00,14:00-17:00"),
        # days and times in another order from a new sentence on
        ("De 9h à 20h du lundi au samedi. Dimanches de 10h à 19h.", "Mo-Sa 09:00-20:00; Su 10:00-19:00"),
        (
            "du lundi au vendredi de 9h à 22h et de 9h à 18h les samedi et dimanche",
            "Mo-Fr 09:00-22:00; Sa,Su 09:00-18:00",
        ),
        ("lundi au vendredi 9h-12h et mercredi 14h-17h", "Mo,Tu,Th,Fr 09:00-12:00; We 09:00-12:00,14:00-17:00"),
        ("lu ma je ve 9h-19h", "Mo,Tu,Th,Fr 09:00-19:00"),
        ("mardi, mercredi, jeudi vendredi 10h-19h", "Tu-Fr 10:00-19:00"),
        ("les lundi, mardi mercredi et vendredi 8h-12h", "Mo-We,Fr 08:00-12:00"),
        ("tous les matins du lundi au samedi de 9h à 12h", "Mo-Sa 09:00-12:00"),
        ("365 jours par an de 9h à 12h", "Mo-Su,PH 09:00-12:00"),
        ("lundi de neuf heures à midi", "Mo 09:00-12:00"),
        ("tous les jours de 8h à 2h du matin", "Mo-Su 08:00-02:00"),
        ("lundi 9h-12h | 0 800 00 00 00", "Mo 09:00-12:00"),
        # conditions: known, and not known to be met
        ("lundi 9h-12h sans rdv, 14h-17h sur rdv", 'Mo 09:00-12:00, Mo 14:00-17:00 unknown "sur rdv"'),
        ("lundi 9h-12h sans rdv, mardi 9h-12h sur rdv", 'Mo 09:00-12:00; Tu 09:00-12:00 unknown "sur rdv"'),
        (
            "Avec rendez-vous : lundi 9h-12h. Sans rendez-vous : mardi 9h-12h",
            'Mo 09:00-12:00 unknown "Avec rendez-vous"; Tu 09:00-12:00',
        ),
        ("24h/24 sur orientation du 115", 'unknown "sur orientation du 115"'),
        ("lundi 9h-12h, mardi sur rendez-vous", 'Mo 09:00-12:00; Tu unknown "sur rendez-vous"'),
        ("lundi 14h-16h mardi 9h-11h sur RDV", 'Mo 14:00-16:00 unknown "sur RDV"; Tu 09:00-11:00 unknown "sur RDV"'),
        ("un lundi sur deux de 9h à 12h", 'Mo 09:00-12:00 unknown "un lundi sur deux"'),
        ("Sur rendez-vous", 'unknown "Sur rendez-vous"'),
        ("avec ou sans rendez-vous lundi 9h-12h", "Mo 09:00-12:00"),
        ("lundi 9h-12h. Août : fermé", "Mo 09:00-12:00; Aug off"),
        ("lundi 9h-12h. Vacances scolaires : fermé.", "Mo 09:00-12:00; SH off"),
        ("Lundi 9h-12h<br>Mardi (14h-17h)", "Mo 09:00-12:00; Tu 14:00-17:00"),
        # OSM's own words, and French ones that look like them
        ("Mo-Fr 09:00-12:00; Oct-Mar off", "Mo-Fr 09:00-12:00; Oct-Mar off"),
        ("We 10:00-12:00", "We 10:00-12:00"),
        ("WE 10:00-12:00", "Sa,Su 10:00-12:00"),
        ("mar 10:00-12:00; sa 10:00-12:00", "Tu,Sa 10:00-12:00"),
        ("ma,je 10:00-12:00", "Tu,Th 10:00-12:00"),
        ("Mo-Fr 09:00-17 :00; PH off", "Mo-Fr 09:00-17:00; PH off"),
    ],
)
def test_understood(text: str, osm: str | None) -> None:
    assert understood(text).osm == osm


def test_contacts_and_prices_are_left_over() -> None:
    found = understood("Ouvert du lundi au vendredi de 9h à 12h Par télécopie +33 (0)1 44 89 92 77")
    assert (found.osm, found.rest) == ("Mo-Fr 09:00-12:00", "Par télécopie +33 (0)1 44 89 92 77")


def test_what_was_not_understood_is_shown_from_there_on() -> None:
    assert understood("lundi 9h-12h. Mardi, ça dépend").rest == "ça dépend"


def test_lost_accents_and_capitals_change_nothing() -> None:
    text = "Tous les jours sauf le mercredi après-midi"
    plain = "du lundi au vendredi de 9h à 12h et de 14h à 17h, fermé du 1er au 15 août et le 25 décembre"
    bare = plain.replace("é", "e").replace("û", "u").replace("à", "a").upper()
    assert understood(bare).osm == understood(plain).osm
    assert understood(text).osm is None


def test_a_table_with_a_column_a_day() -> None:
    found = understood_week({0: "8h-12h", 1: "8h-12h", 2: "Fermé", 3: "", 4: "8h-12h et 14h-16h sur rendez-vous"})
    assert found.osm == 'Mo,Tu 08:00-12:00; Fr 08:00-12:00,14:00-16:00 unknown "sur rendez-vous"'


@pytest.mark.parametrize("column", ["mardi 9h-12h", "sur demande", "9h", "fermé le mercredi matin"])
def test_one_column_that_is_not_understood_leaves_the_table_unknown(column: str) -> None:
    assert understood_week({0: "8h-12h", 2: column}).osm is None


def test_a_table_without_any_opening_says_nothing() -> None:
    assert understood_week({0: "Fermé", 1: ""}).osm is None
    assert understood_week({}).osm is None
