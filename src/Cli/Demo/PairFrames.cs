namespace BertMLNet.Cli;

/// <summary>The events that generated sentences tell of. All names are invented or everyday.</summary>
internal static class PairFrames
{
    public static readonly string[] Cities =
    [
        "Lisbon", "Oslo", "Vienna", "Prague", "Dublin", "Athens", "Madrid", "Geneva", "Turin", "Lyon", "Porto", "Ghent",
        "Bergen", "Krakow", "Zagreb", "Sofia", "Riga", "Tallinn", "Boston", "Denver", "Austin", "Chicago", "Seattle",
        "Toronto", "Montreal", "Lima", "Quito", "Bogota", "Santiago", "Nairobi", "Cairo", "Tunis", "Accra", "Lagos",
        "Mumbai", "Delhi", "Osaka", "Kyoto", "Seoul", "Taipei", "Manila", "Hanoi", "Perth", "Sydney",
    ];

    private static readonly string[] Companies =
    [
        "Norvex", "Calder", "Brightline", "Kestrel", "Halcyon", "Tarsus", "Ironwood", "Lumina", "Pinecrest", "Solmark",
        "Quantor", "Redstone", "Silvermark", "Thornbury", "Umbra", "Vantage", "Westmoor", "Zephyr", "Arbor", "Beacon",
        "Cobalt", "Dynamo", "Everest", "Falconer", "Granite", "Horizon", "Inlet", "Juniper", "Keystone", "Lattice",
        "Meridian", "Nimbus", "Orchard", "Palisade", "Quarry", "Rowan", "Sterling", "Trident", "Unison", "Verdant",
    ];

    private static readonly string[] Teams =
    [
        "the Falcons", "the Rovers", "the Miners", "the Pilots", "the Comets", "the Badgers", "the Sailors", "the Hornets",
        "the Wolves", "the Ravens", "the Bulls", "the Giants", "the Knights", "the Lions", "the Otters", "the Pirates",
        "the Rangers", "the Sharks", "the Tigers", "the Vikings", "the Wizards", "the Bears", "the Cardinals", "the Drifters",
        "the Eagles", "the Foxes", "the Hawks", "the Jets", "the Kings", "the Lancers",
    ];

    private static readonly string[] People = Combine(
        [
            "Anna", "Boris", "Clara", "David", "Elena", "Felix", "Grace", "Henry", "Irene", "Jonas", "Karin", "Louis",
            "Maria", "Niels", "Olga", "Peter", "Rosa", "Simon", "Tessa", "Victor",
        ],
        [
            "Keller", "Morris", "Novak", "Olsen", "Parker", "Quinn", "Rossi", "Silva", "Turner", "Vogel", "Walsh", "Young",
            "Adler", "Brandt", "Costa", "Dufour", "Engel", "Fischer", "Garcia", "Hughes",
        ]);

    public static readonly PairFrame[] All =
    [
        new(Companies, Symmetric: false,
            [
                "{A} [bought|purchased|acquired] {B} for {N} million dollars on {D}",
                "{B} was [bought|purchased|acquired|taken over] by {A} on {D} for {N} million dollars",
                "on {D}, {A} [paid|spent] {N} million dollars [to buy|to acquire] {B}",
                "{A} [took over|completed its purchase of] {B} on {D} in a [deal|sale] worth {N} million dollars",
            ],
            [
                "{A} did not [buy|purchase|acquire] {B} for {N} million dollars on {D}",
                "{B} was not [bought|purchased|acquired] by {A} on {D} for {N} million dollars",
                "on {D}, {A} [decided against|walked away from] [buying|acquiring] {B} for {N} million dollars",
            ]),
        new(Companies, Symmetric: false,
            [
                "{A} [sued|took legal action against] {B} in {C} on {D}",
                "{B} was sued by {A} in {C} on {D}",
                "on {D}, {A} filed a [lawsuit|suit] against {B} in {C}",
                "in {C}, {B} was [taken to court|brought before a judge] by {A} on {D}",
            ],
            [
                "{A} did not sue {B} in {C} on {D}",
                "{B} was not [sued|taken to court] by {A} in {C} on {D}",
                "on {D}, no [lawsuit|suit] against {B} was filed by {A} in {C}",
            ]),
        new(Companies, Symmetric: false,
            [
                "{A} [delivered|shipped|sent] {N} trucks to {B} on {D}",
                "{B} [received|got] {N} trucks from {A} on {D}",
                "on {D}, {N} trucks were [delivered|shipped|sent] to {B} by {A}",
            ],
            [
                "{A} did not [deliver|ship|send] {N} trucks to {B} on {D}",
                "{B} did not [receive|get] {N} trucks from {A} on {D}",
                "on {D}, {N} trucks were not [delivered|shipped|sent] to {B} by {A}",
            ]),
        new(Companies, Symmetric: true,
            [
                "{A} and {B} [opened|built] a joint plant with {N} workers in {C}",
                "a plant with {N} workers was [opened|built] in {C} by {A} together with {B}",
                "in {C}, {A} joined {B} in [opening|building] a plant with {N} workers",
            ],
            [
                "{A} and {B} did not [open|build] a joint plant with {N} workers in {C}",
                "no plant with {N} workers was [opened|built] in {C} by {A} together with {B}",
                "in {C}, {A} did not join {B} in [opening|building] a plant with {N} workers",
            ]),
        new(Teams, Symmetric: false,
            [
                "{A} [beat|defeated] {B} by {N} points in {C}",
                "{B} lost to {A} by {N} points in {C}",
                "in {C}, {A} [won|prevailed] against {B} by {N} points",
                "{B} were [beaten|defeated] by {A} in {C} by {N} points",
            ],
            [
                "{A} did not [beat|defeat] {B} by {N} points in {C}",
                "{B} did not lose to {A} by {N} points in {C}",
                "in {C}, {B} were not [beaten|defeated] by {A} by {N} points",
            ]),
        new(Teams, Symmetric: false,
            [
                "{A} [traded|handed] {N} players to {B} on {D}",
                "{B} [received|got] {N} players from {A} on {D}",
                "on {D}, {N} players [moved|went] from {A} to {B}",
            ],
            [
                "{A} did not [trade|hand] {N} players to {B} on {D}",
                "{B} did not [receive|get] {N} players from {A} on {D}",
                "on {D}, {N} players did not [move|go] from {A} to {B}",
            ]),
        new(People, Symmetric: false,
            [
                "{A} [lent|loaned] {B} {N} dollars in {C}",
                "{B} borrowed {N} dollars from {A} in {C}",
                "in {C}, {A} gave {B} a loan of {N} dollars",
                "a loan of {N} dollars was given to {B} by {A} in {C}",
            ],
            [
                "{A} did not [lend|loan] {B} {N} dollars in {C}",
                "{B} did not borrow {N} dollars from {A} in {C}",
                "in {C}, {A} [refused|declined] to give {B} a loan of {N} dollars",
            ]),
        new(People, Symmetric: false,
            [
                "{A} [invited|asked] {B} to come to {C} on {D}",
                "{B} was [invited|asked] by {A} to come to {C} on {D}",
                "on {D}, {B} got an invitation to {C} from {A}",
            ],
            [
                "{A} did not [invite|ask] {B} to come to {C} on {D}",
                "{B} was not [invited|asked] by {A} to come to {C} on {D}",
                "on {D}, {B} got no invitation to {C} from {A}",
            ]),
        new(People, Symmetric: true,
            [
                "{A} met {B} in {C} on {D}",
                "{A} and {B} [met|had a meeting] in {C} on {D}",
                "on {D}, a meeting between {A} and {B} took place in {C}",
            ],
            [
                "{A} did not meet {B} in {C} on {D}",
                "{A} and {B} [did not meet|had no meeting] in {C} on {D}",
                "on {D}, no meeting between {A} and {B} took place in {C}",
            ]),
        new(People, Symmetric: false,
            [
                "{A} [replaced|succeeded] {B} as mayor of {C} on {D}",
                "{B} was [replaced|succeeded] by {A} as mayor of {C} on {D}",
                "on {D}, {A} took over from {B} as mayor of {C}",
                "on {D}, the office of mayor of {C} [passed|went] from {B} to {A}",
            ],
            [
                "{A} did not [replace|succeed] {B} as mayor of {C} on {D}",
                "{B} was not [replaced|succeeded] by {A} as mayor of {C} on {D}",
                "on {D}, the office of mayor of {C} did not [pass|go] from {B} to {A}",
            ]),
        new(Cities, Symmetric: false,
            [
                "the train from {A} to {B} [takes|needs] {N} hours",
                "it takes {N} hours to [travel|get] from {A} to {B} by train",
                "passengers who leave {A} by train [reach|arrive in] {B} {N} hours later",
                "{B} is {N} hours by train from {A} for [travellers|passengers] who start there",
            ],
            [
                "the train from {A} to {B} does not [take|need] {N} hours",
                "it does not take {N} hours to [travel|get] from {A} to {B} by train",
                "passengers who leave {A} by train do not [reach|arrive in] {B} {N} hours later",
            ]),
    ];

    private static string[] Combine(string[] firstNames, string[] lastNames) =>
        [.. firstNames.SelectMany(_ => lastNames, (first, last) => $"{first} {last}")];
}

/// <summary>
/// A kind of event with the ways to state and to deny it. Every template of a frame mentions the same slots, so any two
/// of them filled with the same facts mean the same.
/// </summary>
/// <param name="Participants">The names that {A} and {B} are drawn from.</param>
/// <param name="Symmetric">Whether exchanging {A} and {B} leaves the meaning as it is.</param>
/// <param name="Statements">Templates that say it happened; the grammar is that of <see cref="PairTemplate"/>.</param>
/// <param name="Denials">Templates that say it did not.</param>
internal sealed record PairFrame(string[] Participants, bool Symmetric, string[] Statements, string[] Denials)
{
    /// <summary>Whether the frame's templates have this slot.</summary>
    public bool Has(char slot) => Statements[0].Contains($"{{{slot}}}", StringComparison.Ordinal);

    /// <summary>The templates of one polarity.</summary>
    public string[] Templates(bool denied) => denied ? Denials : Statements;
}
