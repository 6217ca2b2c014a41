"""The steps of the lecture, in its order, with what each of them shows."""

from __future__ import annotations

from functools import partial

from ui.shared.presets import Preset, Step
from ui.shared.question import Question

_xor = partial(Preset, page="logic_gates", data="XOR")
_digits = partial(Preset, page="digits", data="digits")
_wisconsin = partial(Preset, page="own_data", data="wisconsin")
_circle = partial(Preset, page="patterns", data="circle")
_sine = partial(Preset, page="regression", data="sine")
_NO_LAYER: dict[str, object] = {"hidden": (), "epochs": 500}

STEPS: tuple[Step, ...] = (
    Step(
        "1. A line is not enough",
        "Logistic regression draws one straight line through the square of inputs. That parts AND, but no "
        "line parts XOR.",
        (
            Preset(
                "and-line",
                "AND without a hidden layer",
                "One line separates the single 1 from the three 0s: all four rows of the truth table "
                "become right.",
                "learned",
                _NO_LAYER,
                accuracy=(1.0, 1.0),
                page="logic_gates",
                data="AND",
            ),
            _xor(
                "xor-line",
                "XOR without a hidden layer",
                "The same network on XOR. The cost stops falling near ln 2, and at most three of the four "
                "rows can be right.",
                "stuck",
                _NO_LAYER,
                accuracy=(0.0, 0.75),
                question=Question(
                    "How many of the four rows will it get right?",
                    ("All four", "At most three", "Only one"),
                    1,
                    "One line has the two ones on one side only together with a zero.",
                ),
            ),
        ),
    ),
    Step(
        "2. A hidden layer bends the border",
        "Four hidden neurons draw four lines; the output neuron combines them.",
        (
            _xor(
                "xor-solved",
                "XOR solved: 2-4-1",
                "Four tanh neurons and Adam at a learning rate of 0.1. All four rows are right after twenty "
                "epochs, and stay so.",
                "learned",
                accuracy=(1.0, 1.0),
            ),
            _xor(
                "xor-unlucky",
                "The same idea, an unlucky start",
                "Two RELU neurons, one dead from this start, the other after three epochs: the cost stays at "
                "ln 2 for ever. Press new start: some seeds learn, others do not.",
                "stuck",
                {"hidden": (2,), "hidden_func": ("RELU",), "seed": 3, "epochs": 500},
                accuracy=(0.0, 0.75),
            ),
        ),
    ),
    Step(
        "3. The results depend strongly on the learning rate",
        "One network and one start; only the learning rate changes. Pin each run to lay the curves over "
        "each other.",
        (
            _xor(
                "eta-small",
                "Too small: 0.0005",
                "The cost falls, but so slowly that 200 epochs end almost where they began.",
                "stuck",
                {"eta": 0.0005},
            ),
            _xor(
                "eta-right",
                "Right: 0.1",
                "The same start learns XOR in a few dozen epochs.",
                "learned",
                {"eta": 0.1},
                accuracy=(1.0, 1.0),
            ),
            _xor(
                "eta-large",
                "Too large: 10",
                "The steps overshoot. The cost jumps about and ends above where it started: no number "
                "is infinite, yet nothing is learned.",
                "unstable",
                {"eta": 10.0},
                question=Question(
                    "A learning rate of 10, a hundred times as large: what will it do to learning?",
                    ("Faster, to the same end", "Faster, then no better", "Nothing is learned"),
                    2,
                    "The steps overshoot: the cost jumps about and ends above where it started.",
                ),
            ),
            _xor(
                "eta-overflow",
                "Far too large: overflow",
                "Squared error, no squashing at the output, plain gradient descent: each step is larger "
                "than the last until the numbers end. The curve stops at a marked epoch, and the view "
                "says what happened.",
                "overflow",
                {"scheduler": "Constant", "eta": 5.0, "cost": "CostOLS", "output_func": "identity"},
            ),
        ),
    ),
    Step(
        "4. Schedulers",
        "The same start and the same learning rate, another rule for the step.",
        (
            _xor(
                "constant",
                "Constant at 0.1",
                "Plain gradient descent needs more than the 300 epochs it is given.",
                "slow",
                {"scheduler": "Constant", "eta": 0.1, "epochs": 300},
            ),
            _xor(
                "momentum",
                "Momentum at 0.1",
                "With momentum 0.9 the steps add up to about ten times the length: the same 300 epochs "
                "are enough. Pin Constant first, then open this.",
                "learned",
                {"scheduler": "Momentum", "eta": 0.1, "epochs": 300},
                accuracy=(1.0, 1.0),
                question=Question(
                    "Constant did not get there in 300 epochs. Will Momentum, at the same learning rate?",
                    ("Yes", "No"),
                    0,
                    "With momentum 0.9 the steps add up to about ten times the length.",
                ),
            ),
            _xor(
                "lecture-rule",
                "Adam, forgetting every epoch",
                "The lecture's published code empties Adam's memory after every epoch; here that alone is "
                "changed. The same learning rate then takes other steps.",
                "learned",
                {"rule": "lecture", "epochs": 300},
                accuracy=(1.0, 1.0),
            ),
        ),
    ),
    Step(
        "5. Digits",
        "1797 handwritten digits of 8 by 8 pixels, ten classes, two hidden layers.",
        (
            _digits(
                "digits-lecture",
                "The lecture's network",
                "64-100-30-10 with LRELU and Adam at 1e-4, the lecture's numbers, in batches of 32.",
                "slow",
                {"hidden_func": ("LRELU",), "eta": 1e-4},
                accuracy=(0.8, 0.98),
            ),
            _digits(
                "digits-faster",
                "Ten times the learning rate",
                "At 1e-3 the same network reads more than 95 of 100 new digits correctly after twenty "
                "epochs.",
                "learned",
                {"hidden_func": ("LRELU",)},
                accuracy=(0.95, 1.0),
            ),
            _digits(
                "digits-linear",
                "Digits without a hidden layer",
                "Straight borders between ten classes go surprisingly far on digits. Look at which pairs "
                "stay confused.",
                "learned",
                {"hidden": (), "eta": 0.01},
                accuracy=(0.9, 0.99),
            ),
            _digits(
                "digits-large",
                "Digits, learning rate too large",
                "At 0.5 the first steps throw the weights so far that no gradient brings them back. "
                "Look at the matrix: all digits land in one column.",
                "stuck",
                {"eta": 0.5},
                accuracy=(0.0, 0.2),
            ),
        ),
    ),
    Step(
        "6. Breast cancer",
        "569 tumours with 30 measurements each, scaled to 0 to 1; the network says malignant or benign.",
        (
            _wisconsin(
                "cancer-line",
                "Logistic regression",
                "The lecture's logistic regression, Adam at 1e-3: after 1000 epochs it still has far to go. "
                "Drag the learning rate up.",
                "slow",
                {"hidden": (), "eta": 1e-3, "epochs": 1000, "batch_size": 0},
                accuracy=(0.85, 0.95),
            ),
            _wisconsin(
                "cancer-layers",
                "Two hidden layers: 100 and 30",
                "The lecture's network of RELU neurons reads about 99 of 100 new cases correctly.",
                "learned",
                accuracy=(0.97, 1.0),
            ),
        ),
    ),
    Step(
        "7. Features or layers",
        "A circle is no straight line, unless the network is shown the squares of the coordinates.",
        (
            _circle(
                "circle-line",
                "Circle without a hidden layer",
                "A straight line cannot surround a disc: little more than half of the points are right.",
                "stuck",
                {"hidden": ()},
                accuracy=(0.0, 0.7),
            ),
            _circle(
                "circle-squares",
                "The same with x² and y²",
                "No hidden layer, but other inputs: in x² and y² the circle is a straight line.",
                "learned",
                {"hidden": (), "features": ("x2", "y2")},
                accuracy=(0.98, 1.0),
            ),
            Preset(
                "spiral",
                "Spiral: two hidden layers",
                "Two arms wound into each other, 250 points to learn from: the border follows both, and more "
                "than 95 of 100 new points come out right. Watch what each neuron sees.",
                "learned",
                {"samples": 500},
                accuracy=(0.95, 1.0),
                page="patterns",
                data="spiral",
            ),
        ),
    ),
    Step(
        "8. Fitting too little, fitting too well",
        "A noisy sine: the validation points tell what the training points cannot.",
        (
            _sine(
                "sine-few",
                "Two neurons: too few",
                "The curve has not enough bends for two periods: both costs stay high.",
                "stuck",
                {"hidden": (2,)},
            ),
            _sine(
                "sine-many",
                "Two layers of 64 on ten points: too many",
                "The curve runs through every training point and far astray between them: the training cost "
                "falls to nearly nothing; the validation cost falls at first, then rises above its start.",
                "memorised",
                {
                    "hidden": (64, 64),
                    "samples": 20,
                    "noise": 0.3,
                    "eta": 3e-4,
                    "epochs": 3000,
                    "seed": 2,
                },
                question=Question(
                    "Two layers of 64 neurons, ten points to learn from: what will the validation cost do?",
                    ("It falls with the training cost", "It falls, then rises", "It stays where it is"),
                    1,
                    "The curve runs through every training point and far astray between them.",
                ),
            ),
        ),
    ),
    Step(
        "9. The same network in other libraries",
        "PyTorch, Keras, TensorFlow and scikit-learn from the same start on the same batches, each with its "
        "program to take home.",
        (
            Preset(
                "libraries-digits",
                "Digits in Keras and TensorFlow",
                "The lecture's program for images: look at them, flatten them, split them, then two hidden "
                "layers of 100 and 30.",
                "learned",
                accuracy=(0.95, 1.0),
                extra={"first_tab": "keras"},
                page="frameworks",
                data="digits",
            ),
            Preset(
                "libraries-table",
                "A table in PyTorch",
                "The lecture's program for a file: 8 columns of numbers through 8-12-8-1 to a 0 or 1. More "
                "than 8 of 10 new rows come out right.",
                "learned",
                {"hidden": (12, 8), "hidden_func": ("RELU",), "seed": 2},
                accuracy=(0.8, 0.9),
                question=Question(
                    "Other libraries, the same start: will their curves differ?",
                    ("Clearly", "Not to the eye", "Not in a single digit"),
                    1,
                    "They compute the same steps; only the rounding of the last digits is their own.",
                ),
                page="frameworks",
                data="own",
            ),
        ),
    ),
)

PRESETS: dict[str, Preset] = {preset.name: preset for step in STEPS for preset in step.presets}
