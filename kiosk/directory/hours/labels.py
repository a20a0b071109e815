"""Words that name a service before its opening times: ``accueil de jour : 8h-12h``. Pure data.

Only words that narrow nothing down are here: for whom ("femmes"), when ("hiver") or how ("par téléphone", "ligne",
"secrétariat") somebody is received changes what the times mean, and whoever adds such a word makes an answer of ours
wrong. Nor is "urgences": a hospital's door that never shuts is not its social worker's.
"""

_NAMES = """
    accueil accueils hebergement halte centre centres structure etablissement bureau bureaux agence antenne siege local
    locaux espace espaces point relais maison mairie guichet boutique magasin association equipe lieu
    epicerie vestiaire friperie ressourcerie restaurant cantine soupe repas distribution distributions aide colis
    panier paniers denrees douche douches bains laverie bagagerie domiciliation consigne
    petit petits dejeuner dejeuners diner gouter sante inconditionnel
    consultation consultations soins infirmerie dispensaire clinique hopital pharmacie
    atelier ateliers mediatheque bibliotheque ludotheque cyberbase fablab
    ccas cias cmp cmpp csapa caarud cegidd pass epn msap mds mdph msd msp pmi cidff cpef chrs chu siao caf cpam udaf
    pimms spip cada ada epi
"""
_ABOUT = """
    social sociale sociaux sociales solidaire solidaires populaire alimentaire alimentaires chaud chauds chaude chaudes
    numerique numeriques informatique jour nuit urgence medical medicale medicaux medicales paramedical psychologique
    juridique juridiques administratif administrative administratives municipal municipale communal communale
    intercommunal intercommunale departemental departementale associatif associative public publique publics general
    generale medecine paroissial paroissiale principal principale physique quartier proximite droit droits emploi
    insertion familial familiale planning mission locale france services service acces ville village commune
    servi servis servie servies gratuit gratuite gratuits gratuites anonyme anonymes confidentiel confidentielle
"""
LABELS = frozenset(_NAMES.split() + _ABOUT.split())
"""Small letters, no accents."""
