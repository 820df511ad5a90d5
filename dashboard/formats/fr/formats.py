DATE_FORMAT = "j F Y"
SHORT_DATE_FORMAT = "j N Y"
SHORT_DATETIME_FORMAT = "j N Y, H:i"
DAY_AND_TIME_FORMAT = "j F, H:i"
TIME_FORMAT = "H:i"
DECIMAL_SEPARATOR = ","
# A narrow space at which no line breaks.
THOUSAND_SEPARATOR = "\u202f"
NUMBER_GROUPING = 3
SHORT_EXACT_FORMAT = "j N Y, H:i T"
MONTH_DAY_FORMAT = "j F"
# A day in a sentence.
DAY_FORMAT = "j F Y"
