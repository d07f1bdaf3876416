/** Swedish titles and explanations of settings, by their keys; the English ones come from the dongle. */
export const SWEDISH_SETTINGS: Readonly<Record<string, readonly [title: string, help: string]>> = {
	name: ["Namn", "Vad dongeln kallas."],
	wifiSsid: [
		"Wi-Fi-nät",
		"Nätets namn, på 2,4 GHz med WPA2 eller WPA3. Tomt: inget, och dongeln öppnar sitt eget nät för inställning.",
	],
	wifiPass: ["Wi-Fi-lösenord", "Tomt: nätet har inget."],
	wifiPowerDbm: [
		"Högsta sändareffekt för Wi-Fi, i dBm",
		"Dongeln börjar lägre och ökar när det behövs. P1-porten ger 250 mA: mer än 15 kan vara för mycket.",
	],
	wifiSleep: ["Wi-Fi vilar", "Radion vilar mellan paketen. Av svarar fortare men drar mer."],
	wifiSetupMin: [
		"Eget nät efter så många minuter utan Wi-Fi",
		"Öppnas medan dongeln fortsätter att söka. 0: bara när inget nät är valt.",
	],
	source: [
		"Telegrammens källa",
		"En P1-kabel på en serieport, en brygga som ser2net, en fil eller en simulerad mätare.",
	],
	profile: ["Sorts P1-port", "auto läser det ur telegrammen."],
	httpPort: ["HTTP-port", "Porten för sidan och API:et."],
	httpHost: ["HTTP-adress", "Adressen som allt lyssnar på. 127.0.0.1 är bara den här datorn, 0.0.0.0 hela nätet."],
	telegram: [
		"Råa telegram",
		"Skickar varje helt telegram till program som Home Assistants dsmr, evcc och DSMR-reader. Har inget lösenord, vad som än gäller för läsning.",
	],
	telegramPort: ["Telegramport", "TCP-porten för råa telegram."],
	httpNames: ["Fler namn", "Namn som webbläsare får nå dongeln med, till exempel genom en proxy. Mellanslag emellan."],
	readAccess: [
		"Vem som får läsa",
		"open är alla som når porten, password den som har lösenordet. Råa telegram, Modbus och Shellys UDP har inget lösenord: stäng av dem om andra inte får läsa. Ändringar kräver alltid lösenordet.",
	],
	modbus: [
		"Modbus TCP",
		"Laddare och växelriktare kan läsa mätaren som en Eastron SDM630. Har inget lösenord, vad som än gäller för läsning.",
	],
	modbusPort: ["Modbusport", "Porten för Modbus TCP."],
	shelly: [
		"Shelly-efterbildning",
		"Batterier och laddare kan läsa mätaren som en Shelly Pro 3EM, över HTTP och UDP. UDP har inget lösenord; över HTTP går det bara om läsning är öppen.",
	],
	homewizard: [
		"HomeWizard-kompatibelt API",
		"Program för HomeWizards P1-mätare kan läsa den här. De kan inte skicka lösenord, så läsning måste vara öppen.",
	],
	mdns: ["Annonsering med mDNS", "Dongeln annonseras som p1-xxxxxx.local."],
	mqtt: ["MQTT", "Skickar mätvärden till en MQTT-broker."],
	mqttHost: ["MQTT-broker", "Tomt: på en dator den inbyggda brokern, på en dongel ingen."],
	mqttPort: ["MQTT-port", "0 är den vanliga: 1883, eller 8883 med TLS."],
	mqttUser: ["MQTT-användare", "Tomt: ingen."],
	mqttPass: ["MQTT-lösenord", "Kräver en användare."],
	mqttTls: ["MQTT över TLS", "Krypterar förbindelsen till brokern."],
	mqttVerify: ["Granska brokerns certifikat", "Utan detta kan någon däremellan läsa lösenordet."],
	mqttCa: ["Utfärdare av brokerns certifikat", "Tomt: de vanliga utfärdarna."],
	mqttTopic: ["MQTT-ämne", "Mätvärdena går till ÄMNE/state, online eller offline till ÄMNE/status."],
	mqttQos: ["MQTT QoS", "0: högst en gång, 1: minst en gång."],
	mqttMinMs: ["Kortaste tid mellan två meddelanden, i millisekunder", "0 skickar varje mätvärde."],
	mqttBeatS: [
		"Längsta tid mellan två meddelanden, i sekunder",
		"Skickas igen efter så lång tid även om inget är nytt; 0 aldrig.",
	],
	mqttOnChange: ["Bara ändringar", "Utelämnar mätvärden där bara tiden är ny."],
	mqttValues: ["Ett ämne för varje värde", "Skickar också varje värde som ändras till ÄMNE/value/NAMN."],
	haDiscovery: ["Home Assistant hittar mätaren", "Anmäler mätaren till Home Assistant över MQTT; av tar bort den där."],
	haPrefix: ["Home Assistants prefix", "Det som Home Assistants MQTT-integration har."],
};
