"""Words that name what opening times are of, before them: ``accueil de jour : 8h-12h``. Pure data.

The times of one of a place's services are not the place's: ``Douches : lundi 9h-11h`` says when somebody can wash
there, not when the day centre is open. So only what may be the whole place is here: kinds of places, what describes
them, and what such a place is there for (a distribution of food, a doctor's consultations). Whoever adds a comfort
among others (showers, lockers, breakfast, a postal address), for whom ("femmes"), when ("hiver") or how ("par
téléphone", "ligne", "secrétariat", "standard") somebody is received makes an answer of ours wrong. Nor is "urgences"
here: a hospital's door that never shuts is not its social worker's.
"""

_PLACES = """
    accueil accueils hebergement halte centre centres structure etablissement bureau bureaux agence antenne siege local
    locaux espace espaces point relais maison mairie guichet boutique magasin association lieu tiers annexe
    epicerie vestiboutique friperie ressourcerie recyclerie restaurant
    infirmerie dispensaire clinique hopital pharmacie cabinet
    mediatheque bibliotheque ludotheque bibliobus cyberbase cyberespace fablab musee piscine
    dechetterie decheterie office cafe jardin parc poste foyer college ecole
    ccas cias cmp cmpp csapa caarud cegidd pass epn pij mjc mfs msap mds mdph msd msp pmi cidff cpef chrs chu siao caf
    cpam udaf pimms spip cada ada epi
"""
_PURPOSES = """
    distribution distributions colis panier paniers denrees consultation consultations
"""
_OPEN_TO_ALL = """
    social sociale sociaux sociales solidaire solidaires populaire numerique numeriques informatique jour nuit
    administratif administrative administratifs administratives municipal municipale municipaux communal communale
    intercommunal intercommunale departemental departementale associatif associative public publique publics general
    generale paroissial paroissiale principal principale physique quartier proximite service services
    culturel culturelle acces ville village commune tourisme solidarite solidarites
    inconditionnel nouveau nouvelle nouveaux servi servis servie servies gratuit gratuite gratuits gratuites
    anonyme anonymes confidentiel confidentielle
"""
_OF_ANOTHER = """
    emploi insertion sante urgence repas soupe alimentaire alimentaires chaud chauds chaude chaudes
    medical medicale medicaux medicales paramedical psychologique juridique juridiques droit droits familial familiale
    planning medecine soins dentaire
"""
_OF_TOWNS = "mairie antenne agence mediatheque bibliotheque piscine musee ccas cias pij mjc social"
PLACE, PURPOSE, ANYWHERE, OF_ANOTHER = 1, 2, 3, 4
LABELS: dict[str, int] = (
    dict.fromkeys(_OF_ANOTHER.split(), OF_ANOTHER)
    | dict.fromkeys(_OPEN_TO_ALL.split(), ANYWHERE)
    | dict.fromkeys(_PURPOSES.split(), PURPOSE)
    | dict.fromkeys(_PLACES.split(), PLACE)
)
"""Small letters, no accents. ``OF_ANOTHER`` tells more of a place or a purpose (``maison médicale``, ``distribution de
repas``); alone it is one of the things that are done somewhere: ``permanence juridique``, ``repas``."""
WELCOMES = frozenset({"accueil", "accueils"})
"""Places, but ``accueil juridique`` is no place."""
OF_TOWNS = frozenset(_OF_TOWNS.split())
"""After ``de`` these have a town's name."""
