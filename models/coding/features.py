"""What the ranker sees. Two tables, the same in training and in serving:

a row per mention (a code found in one sentence), and a row per code of an encounter, made of its mentions.
"""

from enum import IntEnum, auto

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]


class MentionFeature(IntEnum):
    """Columns of the mention table. Counts are of words unless they say otherwise."""

    PHRASE_PRECISION = 0
    PHRASE_SUPPORT = auto()  # sentences in which the phrase supported the code
    PHRASE_LENGTH = auto()
    PHRASE_COUNT = auto()  # phrases of the sentence that name the code
    PHRASE_DOCUMENT_PRECISION = auto()
    TERM_LENGTH = auto()
    TERM_GAP = auto()
    TERM_CODES = auto()  # codes that the term names
    TERM_IS_LONGEST = auto()  # no longer term covers the match
    TERM_IS_LONGEST_HERE = auto()  # none that stays in the item
    TERM_BREAKS = auto()  # ends of items inside the match
    FROM_TITLE = auto()
    FROM_INCLUSION = auto()
    FROM_INDEX = auto()
    FROM_NEOPLASM = auto()
    FROM_EXTERNAL = auto()
    FROM_ICD9 = auto()
    FROM_ONTOLOGY = auto()
    FROM_SYNONYM = auto()
    VECTOR_COSINE = auto()
    VECTOR_RANK = auto()
    VECTOR_MARGIN = auto()  # cosine over the best other code of the chunk
    TITLE_IN_SENTENCE = auto()  # share of the title's words that the sentence holds
    TITLE_IN_NOTE = auto()
    IS_NEGATED = auto()
    IS_HISTORICAL = auto()
    IS_HYPOTHETICAL = auto()
    IS_FAMILY = auto()
    IS_UNCERTAIN = auto()
    IS_MANAGED = auto()
    IN_JUDGEMENT = auto()  # sections: see headers.py
    IN_REASON = auto()
    IN_BACKGROUND = auto()
    IN_OBSERVATIONS = auto()
    IS_ADDRESSED = auto()  # the sentence says how it goes or what is done
    STARTS_LINE = auto()  # the mention begins its sentence, as the items of an assessment do
    SHARE_OF_SENTENCE = auto()  # of its words, from the mention's first to its last
    SHARE_OF_ITEM = auto()  # of the words between two commas, say: see items.py
    STARTS_ITEM = auto()
    POSITION = auto()  # of the sentence in the note, 0 to 1
    SENTENCE_LENGTH = auto()
    PRIOR = auto()  # log(1 + documents with the code in training)
    CODE_LENGTH = auto()
    IS_BILLABLE = auto()
    BEST_PHRASE = auto()  # highest phrase precision of any code in the sentence
    CANDIDATES = auto()  # codes found in the sentence
    REPORT_SCORE = auto()  # for the ranker of visits, what that of case reports says; 0 for that one itself
    CONTEXT = auto()  # likewise, what the words around say of being reported: see context.py


MISSING_GAP = 9.0
MISSING_RANK = 99.0


class CodeFeature(IntEnum):
    """Columns of the code table. "Score" is the mention ranker's."""

    SCORE = 0
    SECOND_SCORE = auto()
    MEAN_SCORE = auto()
    NOISY_OR = auto()  # 1 - product of (1 - score)
    MENTIONS = auto()
    PHRASE_PRECISION = auto()
    PHRASE_SUPPORT = auto()
    PHRASE_COUNT = auto()
    PHRASE_LENGTH = auto()
    PHRASE_DOCUMENT_PRECISION = auto()
    TERM_LENGTH = auto()
    TERM_IS_LONGEST = auto()
    VECTOR_COSINE = auto()
    TITLE_IN_SENTENCE = auto()
    TITLE_IN_NOTE = auto()
    SHARE_NEGATED = auto()
    SHARE_HISTORICAL = auto()
    SHARE_FAMILY = auto()
    SHARE_UNCERTAIN = auto()
    FIRST_POSITION = auto()
    PRIOR = auto()
    CODE_LENGTH = auto()
    IS_BILLABLE = auto()
    BEST_SENTENCE_RANK = auto()
    OVERLAP_LOSS = auto()  # score lost to the best code at the same words, at its best mention
    RANK = auto()
    CATEGORY_SCORE = auto()  # best score in the three-character category
    CATEGORY_CODES = auto()
    CATEGORY_RANK = auto()
    CATEGORY_RIVAL = auto()  # best score of another code of the category
    TOTAL_SCORE = auto()  # expected codes of the encounter
    SENTENCES = auto()
    CHAPTER = auto()  # of the code, by its first letter


MENTION_FEATURES = tuple(feature.name.lower() for feature in MentionFeature)
CODE_FEATURES = tuple(feature.name.lower() for feature in CodeFeature)
