Console.WriteLine("bertmlnet");
