using System.Globalization;
using static BertMLNet.Cli.DemoNames;

namespace BertMLNet.Cli;

/// <summary>What generated passages tell. All names are invented or everyday.</summary>
internal static class QuestionFrames
{
    /// <summary>Sentences that tell nothing a question asks for.</summary>
    public static readonly string[] Fillers =
    [
        "Little else is recorded.", "The archive holds several letters about this.", "Visitors still ask about it today.",
        "Local papers reported it at length.", "Not all sources agree on the details.", "A small exhibition tells the story.",
        "The records were lost for many years.", "Much of this was forgotten until recently.",
    ];

    private static readonly string[] Trades = Words(
        "painter surgeon teacher carpenter pilot chemist translator gardener judge baker violinist engineer librarian photographer "
        + "sailor tailor farmer architect nurse printer");

    private static readonly string[] Goods = Words(
        "bicycles clocks paper lamps tractors shoes violins glass furniture radios ropes bricks cheese cameras boats tyres pumps "
        + "carpets pencils engines");

    private static readonly string[] Cargoes = Words("coal timber wheat salt cotton sugar iron wool tea marble rice oil");
    private static readonly string[] Materials = Words("granite steel oak brick limestone concrete iron sandstone");
    private static readonly string[] Rivers = Words("Alder Brenta Corvo Dane Esk Farrow Glen Holm Isel Jura Kell Lune Mersk Nera Orra");

    public static readonly DemoSubject[] All =
    [
        new(GivenNames, Surnames, ["This person"],
        [
            new(City,
                ["{S} was born in {V}.", "{S} came into the world in {V}.", "The birthplace of {S} is {V}."],
                ["Where was {S} born?", "In which city was {S} born?", "What is the birthplace of {S}?"]),
            new(Date,
                ["{S} died on {V}.", "On {V}, {S} passed away.", "The life of {S} ended on {V}."],
                ["When did {S} die?", "On what day did {S} die?", "What was the date of the death of {S}?"]),
            new(random => random.Pick(Trades),
                ["{S} worked as a {V} for many years.", "By trade {S} was a {V}.", "{S} made a living as a {V}."],
                ["What did {S} do for a living?", "What was the trade of {S}?", "What job did {S} have?"]),
            new(Person,
                ["{S} was married to {V}.", "{S} shared a home with {V}, the partner of a lifetime.", "{V} was the partner of {S}."],
                ["Who was married to {S}?", "Who was the partner of {S}?", "Whom did {S} marry?"]),
        ]),
        new(
            Companies[..15],
            Words("Works Brothers Industries Mills Partners Holdings Trading Supply Group Foundry"),
            ["The company", "The firm", "The business"],
            [
                new(Year,
                    ["{S} was founded in {V}.", "In {V}, {S} opened for business.", "{S} has existed since {V}."],
                    ["When was {S} founded?", "In what year was {S} founded?", "In which year did {S} start?"]),
                new(Person,
                    ["{S} was started by {V}.", "The founder of {S} was {V}.", "{V} created {S} with borrowed money."],
                    ["Who founded {S}?", "Who was the founder of {S}?", "By whom was {S} founded?"]),
                new(City,
                    ["{S} is based in {V}.", "{S} has its main office in {V}.", "The head office of {S} stands in {V}."],
                    ["Where is {S} based?", "In which city is the head office of {S}?", "Where does {S} have its main office?"]),
                new(Amount,
                    ["{S} employs {V} people.", "About {V} people work for {S}.", "{S} gives work to {V} people."],
                    ["How many people work for {S}?", "How many people does {S} employ?", "What is the number of workers at {S}?"]),
                new(random => random.Pick(Goods),
                    ["{S} makes {V}.", "{S} became known for its {V}.", "The main product of {S} is {V}."],
                    ["What does {S} make?", "What is {S} known for?", "Which product does {S} sell?"]),
            ]),
        new(
            Words("Upper Lower Old New Royal Northern Southern Eastern Western Little Great"),
            [.. Words("Mill Harbour Abbey Market Castle Station Ferry Chapel Tower Garden").Select(name => $"{name} Bridge")],
            ["The bridge", "The crossing"],
            [
                new(Date,
                    ["{S} was opened on {V}.", "On {V}, the first carts rolled over {S}.", "{S} was handed to the public on {V}."],
                    ["When was {S} opened?", "On what day did {S} open?", "What is the opening date of {S}?"]),
                new(random => Number(random, 40, 2000) + " metres",
                    ["{S} is {V} long.", "{S} has a length of {V}.", "The length of {S} is {V}."],
                    ["How long is {S}?", "What is the length of {S}?", "What length does {S} have?"]),
                new(random => random.Pick(Materials),
                    ["{S} is made of {V}.", "{S} was built of {V}.", "The builders of {S} used {V}."],
                    ["What is {S} made of?", "Of what material was {S} built?", "Which material was used for {S}?"]),
                new(random => "the " + random.Pick(Rivers),
                    ["{S} crosses {V}.", "{S} leads over {V}.", "Under {S} flows {V}."],
                    ["Which river does {S} cross?", "What river flows under {S}?", "Over which river does {S} lead?"]),
                new(Person,
                    ["{S} was designed by {V}.", "{V} drew the plans for {S}.", "The design of {S} is by {V}."],
                    ["Who designed {S}?", "Who drew the plans for {S}?", "Who was the architect of {S}?"]),
            ]),
        new(
            Words("Silver Golden Morning Evening Northern Ocean Crimson Swift Lonely Merry"),
            Words("Heron Star Dolphin Tern Lantern Gull Arrow Swan Pearl Otter"),
            ["The ship", "The vessel"],
            [
                new(random => random.Pick(Cargoes),
                    ["{S} carried {V}.", "The cargo of {S} was {V}.", "{S} was loaded with {V}."],
                    ["What did {S} carry?", "What was the cargo of {S}?", "What was {S} loaded with?"]),
                new(Person,
                    ["{S} sailed under captain {V}.", "The captain of {S} was {V}.", "{V} commanded {S}."],
                    ["Who was the captain of {S}?", "Who commanded {S}?", "Under whom did {S} sail?"]),
                new(City,
                    ["{S} sailed for {V}.", "{S} was on its way to {V}.", "The voyage of {S} led to {V}."],
                    ["Where did {S} sail?", "To which city was {S} on its way?", "What was the destination of {S}?"]),
                new(Amount,
                    ["{S} had a crew of {V}.", "There were {V} sailors on {S}.", "The crew of {S} numbered {V}."],
                    ["How large was the crew of {S}?", "How many sailors were on {S}?", "How many people were in the crew of {S}?"]),
            ]),
    ];

    private static string City(Random random) => random.Pick(Cities);

    private static string Person(Random random) => $"{random.Pick(GivenNames)} {random.Pick(Surnames)}";

    private static string Year(Random random) => Number(random, 1801, 2020);

    private static string Amount(Random random) => Number(random, 3, 400);

    private static string Date(Random random)
    {
        DateOnly day = new DateOnly(1851, 1, 1).AddDays(random.Next(60_000));
        return day.ToString(random.Chance(0.5) ? "d MMMM yyyy" : "MMMM d, yyyy", CultureInfo.InvariantCulture);
    }

    private static string Number(Random random, int low, int high) => random.Next(low, high).ToString(CultureInfo.InvariantCulture);
}

/// <summary>
/// A kind of thing that generated passages tell of: the two parts of its names, what a sentence may call it that the sentence before it
/// named, and what can be told of it.
/// </summary>
internal sealed record DemoSubject(string[] FirstNames, string[] LastNames, string[] Pronouns, DemoRelation[] Relations);

/// <summary>
/// One thing that can be told of a subject, {S}, and asked about. A statement gives the value, {V}; every question asks for the value of
/// every statement.
/// </summary>
internal sealed record DemoRelation(Func<Random, string> Value, string[] Statements, string[] Questions);
