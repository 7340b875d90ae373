"""Papers that several tasks come from."""

EHRLICH = "Ehrlich, Stone, Brandfonbrener, Atanasov & Murray 2021, eNeuro 8(1)"
TOLMACHEV = "Tolmachev & Engel 2025 (trainRNNbrain)"
