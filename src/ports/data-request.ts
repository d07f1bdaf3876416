/** The line by which a meter is asked to send (Data Request, P1 Companion Standard 5.0.2 §5.7.1). Starts released. */
export interface DataRequest {
	/** True asks; false lets the line go, which stops the meter at once. It is never driven low. */
	setAsked(isAsked: boolean): void;
}
